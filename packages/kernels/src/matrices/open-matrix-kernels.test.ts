import { expect, it } from "vitest";
import { createMatrixMemory } from "./matrix-memory.js";
import { canRunMatrixKernels, compileMatrixKernels, openMatrixKernels } from "./open-matrix-kernels.js";

it("compiles a variant once, and starts it on as many memories as are asked for", () => {
  const compiled = compileMatrixKernels("SIMD");
  expect(compileMatrixKernels("SIMD")).toBe(compiled);
  for (const value of [2, 3]) {
    const memory = createMatrixMemory();
    const kernels = openMatrixKernels(memory.memory, compiled);
    expect(kernels.variant).toBe("SIMD");
    const [a, b, c] = [memory.allocate(4), memory.allocate(4), memory.allocate(4)];
    memory.float32[a / 4] = value;
    memory.float32[b / 4] = 5;
    const scratch = memory.allocate(kernels.matMulScratch(1, 1, 1, false, false));
    kernels.matMul(c, a, b, 1, 1, 1, false, false, false, scratch);
    expect(memory.float32[c / 4]).toBe(value * 5);
  }
});

it("takes relaxed SIMD where it runs", () => {
  const best = canRunMatrixKernels("relaxed SIMD") ? "relaxed SIMD" : "SIMD";
  expect(openMatrixKernels(createMatrixMemory().memory).variant).toBe(best);
  expect(openMatrixKernels(createMatrixMemory().memory, { variant: "SIMD" }).variant).toBe("SIMD");
});
