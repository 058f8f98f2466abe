import { describe, expect, it } from "vitest";
import { createSharedVectors } from "./shared-vectors.js";

const vector = (length: number, value: number) => new Float32Array(length).fill(value);

describe("createSharedVectors", () => {
  it("copies into shared memory, of its own for each lease", () => {
    const shared = createSharedVectors();
    using first = shared.lease();
    using second = shared.lease();
    const copies = [first.copy(vector(3, 1)), first.copy(vector(3, 2)), second.copy(vector(3, 3))];
    expect(copies.map((copy) => [...copy])).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]);
    for (const { buffer } of copies) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("uses memory again, and holds no more than was needed at once", () => {
    const shared = createSharedVectors();
    const buffers = new Set<ArrayBufferLike>();
    for (let call = 0; call < 10; call += 1) {
      using lease = shared.lease();
      for (const length of [3, 4]) buffers.add(lease.copy(vector(length, call)).buffer);
    }
    expect(buffers.size).toBe(2);
    for (let length = 5; length < 10; length += 1) {
      using lease = shared.lease();
      lease.copy(vector(length, 0));
    }
    using lease = shared.lease();
    expect(buffers.has(lease.copy(vector(3, 0)).buffer)).toBe(false);
  });
});
