// Compiles assembly/ to WebAssembly and writes it as base64 into src/generated, which is committed: users and tests of
// a fresh checkout need no compiler. With --check it writes nothing, and fails if the committed binary is another one.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const target = new URL("src/generated/vector-kernels.ts", import.meta.url);
const entry = "assembly/vectors/index.ts";
const options = ["--runtime", "stub", "--noAssert", "-O3", "--converge", "--enable", "simd"];

let binary;
const { error, stderr } = await asc.main(
  [entry, "--baseDir", import.meta.dirname, "--outFile", "out.wasm", ...options],
  {
    writeFile(filename, contents) {
      if (filename === "out.wasm") binary = contents;
    },
  },
);
if (error) throw new Error(stderr.toString(), { cause: error });

const source = `// Made by "npm run build:wasm" from ${entry}: change that.

/** The module's binary, base64. */
export const vectorKernelsBinary =
  "${Buffer.from(binary).toString("base64")}";
`;
if (!process.argv.includes("--check")) {
  mkdirSync(new URL(".", target), { recursive: true });
  writeFileSync(target, source);
} else if (readFileSync(target, "utf8") !== source) {
  throw new Error(
    'src/generated is not what assembly/ compiles to: run "npm run build:wasm" in packages/kernels',
  );
}
