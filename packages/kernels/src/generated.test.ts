import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the committed binary is what assembly/ compiles to", async () => {
  const build = (await import("../build-wasm.mjs" as string)) as {
    compileKernels(entry: string, name: string): Promise<string>;
  };
  const source = await build.compileKernels("assembly/vectors/index.ts", "vectorKernelsBinary");
  const committed = readFileSync(new URL("generated/vector-kernels.ts", import.meta.url), "utf8");
  expect(committed === source, 'run "npm run build:wasm" in packages/kernels').toBe(true);
}, 60_000);
