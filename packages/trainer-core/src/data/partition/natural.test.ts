import { describe, expect, it } from "vitest";
import { partitionIndices } from "./partition-indices.js";

describe("natural", () => {
  const labels = new Uint8Array(7);

  it("makes one client of each group, in the order of names or numbers", () => {
    const groups = ["b", "a", "b", "B", "a", "b", "b"];
    expect(partitionIndices(labels, { kind: "natural", groups }).map((part) => [...part])).toEqual([
      [3],
      [1, 4],
      [0, 2, 5, 6],
    ]);
    const numbers = Int32Array.of(10, 9, 10, 9, 9, -1, 10);
    expect(partitionIndices(labels, { kind: "natural", groups: numbers }).map((part) => [...part])).toEqual([
      [5],
      [1, 3, 4],
      [0, 2, 6],
    ]);
  });

  it("puts whole groups together when there are fewer clients", () => {
    const groups = [1, 1, 1, 2, 2, 3, 4];
    const parts = partitionIndices(labels, { kind: "natural", groups, numClients: 2 });
    expect(parts.map((part) => [...part])).toEqual([
      [0, 1, 2, 6],
      [3, 4, 5],
    ]);
  });

  it("refuses groups that are none", () => {
    const attempt =
      (groups: unknown[], numClients = 1) =>
      () =>
        partitionIndices(labels, { kind: "natural", groups: groups as number[], numClients });
    expect(attempt([1, 2])).toThrow("groups: expected one for each of 7 samples, got 2");
    expect(attempt([1, "2", 1, 1, 1, 1, 1])).toThrow("groups: expected all strings or all numbers, got 1");
    expect(attempt([1, 1, 1, 1, 1, 1, Number.NaN])).toThrow(
      "groups: expected all strings or all numbers, got",
    );
    expect(attempt([1, 1, 1, 1, 1, 2, 2], 3)).toThrow(
      "numClients: expected an integer in [1, 2], one group each",
    );
  });
});
