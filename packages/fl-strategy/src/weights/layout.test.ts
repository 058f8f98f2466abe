import { describe, expect, it } from "vitest";
import { createLayout, tensorAt } from "./layout.js";

describe("createLayout", () => {
  it("lays tensors out without gaps, scalars included", () => {
    const layout = createLayout([
      { name: "kernel", shape: [2, 3] },
      { name: "scale", shape: [], role: "statistic" },
      { name: "bias", shape: [3], role: "private" },
    ]);
    expect(layout.size).toBe(10);
    expect(layout.tensors.map(({ name, role, offset, size }) => [name, role, offset, size])).toEqual([
      ["kernel", "trainable", 0, 6],
      ["scale", "statistic", 6, 1],
      ["bias", "private", 7, 3],
    ]);
    expect(tensorAt(layout, 6)?.name).toBe("scale");
    expect(tensorAt(layout, 10)).toBeUndefined();
  });

  it.each([
    [[{ name: "", shape: [1] }], 'tensor 0: name must be a non-empty string used once, got ""'],
    [
      [
        { name: "a", shape: [1] },
        { name: "a", shape: [1] },
      ],
      'tensor 1: name must be a non-empty string used once, got "a"',
    ],
    [[{ name: "a", shape: [2, 0] }], 'tensor "a": every dimension must be an integer >= 1, got [2, 0]'],
    [[{ name: "a", shape: [1e9, 1e9] }], 'tensor "a": [1000000000, 1000000000] is too large'],
  ])("refuses %j", (tensors, message) => {
    expect(() => createLayout(tensors)).toThrow(message);
  });
});
