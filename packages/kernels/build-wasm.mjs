// Compiles assembly/ to WebAssembly and writes it as base64 into src/generated, which is committed: users and tests of
// a fresh checkout need no compiler. With --check it writes nothing, and fails if the committed binaries are others.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const matrices = "assembly/matrices/index.ts";
const binaries = [
  { name: "vectorKernels", file: "vector-kernels", entry: "assembly/vectors/index.ts", options: [] },
  // Works on whichever memory it is given: a plan's own, or that of TensorFlow.js.
  { name: "matrixKernels", file: "matrix-kernels", entry: matrices, options: ["--importMemory"] },
  {
    name: "relaxedMatrixKernels",
    file: "relaxed-matrix-kernels",
    entry: matrices,
    options: ["--importMemory", "--enable", "relaxed-simd"],
  },
];

for (const { name, file, entry, options } of binaries) {
  const binary = await compile(entry, options);
  const target = new URL(`src/generated/${file}.ts`, import.meta.url);
  const source = `// Made by "npm run build:wasm" from ${entry}: change that.

/** The module's binary, base64. */
export const ${name}Binary =
  "${Buffer.from(binary).toString("base64")}";
`;
  if (!process.argv.includes("--check")) {
    mkdirSync(new URL(".", target), { recursive: true });
    writeFileSync(target, source);
  } else if (readFileSync(target, "utf8") !== source) {
    throw new Error(
      `src/generated/${file}.ts is not what assembly/ compiles to: run "npm run build:wasm" in packages/kernels`,
    );
  }
}

async function compile(entry, options) {
  let binary;
  const common = ["--runtime", "stub", "--noAssert", "-O3", "--converge", "--enable", "simd"];
  const { error, stderr } = await asc.main(
    [entry, "--baseDir", import.meta.dirname, "--outFile", "out.wasm", ...common, ...options],
    {
      writeFile(filename, contents) {
        if (filename === "out.wasm") binary = contents;
      },
    },
  );
  if (error) throw new Error(stderr.toString(), { cause: error });
  return binary;
}
