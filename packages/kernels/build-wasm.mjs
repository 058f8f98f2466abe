// Compiles assembly/ to WebAssembly and writes it as base64 into src/generated, which is committed: users and tests of
// a fresh checkout need no compiler. A test compiles again and compares.
import { mkdirSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/** The source text of the generated module for one entry of assembly/. */
export async function compileKernels(entry, name) {
  const {
    error,
    stderr,
    stdout: _,
  } = await asc.main(
    [
      entry,
      "--outFile",
      "out.wasm",
      "--runtime",
      "stub",
      "--noAssert",
      "-O3",
      "--converge",
      "--enable",
      "simd",
    ],
    { writeFile: keep },
  );
  if (error) throw new Error(stderr.toString(), { cause: error });
  return `// Made by "npm run build:wasm" from ${entry}: change that.\n\n/** The module's binary, base64. */\nexport const ${name} =\n  "${Buffer.from(binary).toString("base64")}";\n`;
}

let binary;
function keep(filename, contents) {
  if (filename.endsWith(".wasm")) binary = contents;
}

if (process.argv[1] === import.meta.filename) {
  const folder = new URL("src/generated/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    new URL("vector-kernels.ts", folder),
    await compileKernels("assembly/vectors/index.ts", "vectorKernelsBinary"),
  );
}
