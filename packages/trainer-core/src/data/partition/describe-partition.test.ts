import { describe, expect, it } from "vitest";
import { describePartition } from "./describe-partition.js";

// Two classes of six samples: client 0 has class 0 alone, client 1 both alike, client 2 class 1 alone.
const labels = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
const parts = [Uint32Array.of(0, 1, 2, 3), Uint32Array.of(4, 5, 6, 7), Uint32Array.of(8, 9, 10, 11)];

describe("describePartition", () => {
  it("says how far each client is from the whole", () => {
    const { clients, classCounts, numSamples } = describePartition(labels, parts, 2);
    expect([numSamples, classCounts]).toEqual([12, [6, 6]]);
    expect(clients.map((client) => client.classCounts)).toEqual([
      [4, 0],
      [2, 2],
      [0, 4],
    ]);
    // |1 - 1/2| / 2 + |0 - 1/2| / 2; the root of half of (1 - sqrt(1/2))^2 + 1/2.
    expect(clients.map((client) => client.totalVariation)).toEqual([0.5, 0, 0.5]);
    const hellinger = Math.sqrt(((1 - Math.SQRT1_2) ** 2 + 0.5) / 2);
    expect(clients[0]?.hellinger).toBeCloseTo(hellinger, 12);
    expect(clients[1]?.hellinger).toBe(0);
    expect(clients.map((client) => client.effectiveClasses)).toEqual([1, expect.closeTo(2, 12), 1]);
  });

  it("averages over the clients and compares their sizes", () => {
    const skewed = [Uint32Array.of(0), Uint32Array.of(1, 2, 6), Uint32Array.of(3, 4, 5, 7, 8, 9, 10, 11)];
    const statistics = describePartition(labels, skewed, 2);
    expect(statistics.sizes).toEqual({ smallest: 1, median: 3, largest: 8 });
    // Mean difference of two sizes 2 * (2 + 7 + 5) / 9, over twice the mean 4.
    expect(statistics.giniOfSizes).toBeCloseTo(28 / 9 / 8, 12);
    expect(statistics.totalVariation).toBeCloseTo((1 / 2 + 1 / 6 + 1 / 8) / 3, 12);
    expect(describePartition(labels, parts, 2).giniOfSizes).toBe(0);
  });

  it("wants the number of classes", () => {
    expect(() => describePartition(labels, parts, undefined as unknown as number)).toThrow(
      "numClasses: expected an integer >= 1, got undefined",
    );
  });

  it("leaves clients without samples out of the means, and names classes that are not in the list", () => {
    const statistics = describePartition(Uint8Array.of(0, 3), [Uint32Array.of(0, 1), new Uint32Array()], 2);
    expect(statistics.classCounts).toEqual([1, 0, 0, 1]);
    expect(statistics.totalVariation).toBe(0);
    expect(statistics.effectiveClasses).toBeCloseTo(2, 12);
    expect(statistics.giniOfSizes).toBe(0.5);
    expect(statistics.clients[1]?.effectiveClasses).toBeNaN();
  });
});
