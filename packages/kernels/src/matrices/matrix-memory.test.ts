import { expect, it } from "vitest";
import { createMatrixMemory } from "./matrix-memory.js";

it("hands out blocks that begin at cache lines, behind address 0", () => {
  const memory = createMatrixMemory({ initialBytes: 1_000 });
  expect([memory.allocate(1), memory.allocate(64), memory.allocate(65), memory.allocate(0)]).toEqual([
    64, 128, 192, 320,
  ]);
});

it("grows, keeps what it holds and shows it in fresh views", () => {
  const memory = createMatrixMemory();
  const first = memory.allocate(8);
  memory.float32[first / 4] = 1.5;
  const before = memory.float32;
  const second = memory.allocate(1_000_000);
  memory.uint8[second + 999_999] = 7;
  expect(before).toHaveLength(0);
  expect(memory.float32[first / 4]).toBe(1.5);
  expect(memory.int32[first / 4]).toBe(0x3fc00000);
  expect(memory.float32).toBe(memory.float32);
  expect(memory.uint8[second + 999_999]).toBe(7);
});

it("refuses a block that no memory has room for", () => {
  const memory = createMatrixMemory();
  expect(() => memory.allocate(2 ** 33)).toThrow(RangeError);
  expect(memory.allocate(4)).toBe(64);
});
