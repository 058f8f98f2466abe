import { describe, expect, it } from "vitest";
import { countedMeans, weightedMeans } from "./weighted-means.js";

const reports = [
  { numSamples: 10, metrics: { train_loss: 1, extra: Number.NaN } },
  { numSamples: 30, metrics: { train_loss: 2, extra: 7 } },
  { numSamples: 60, metrics: { train_loss: Number.POSITIVE_INFINITY } },
];

describe("weightedMeans", () => {
  it("weighs by samples over the clients that reported a finite value", () => {
    expect(weightedMeans(reports)).toEqual({ train_loss: 1.75, extra: 7 });
    expect(weightedMeans([])).toEqual({});
  });

  it("says over how many clients and samples each mean was taken", () => {
    expect(countedMeans(reports)).toEqual({
      train_loss: { mean: 1.75, numClients: 2, numSamples: 40 },
      extra: { mean: 7, numClients: 1, numSamples: 30 },
    });
  });

  it("passes over clients without a usable sample count", () => {
    const counts = [0, -5, Number.NaN, Number.POSITIVE_INFINITY, 4];
    const some = counts.map((numSamples, i) => ({ numSamples, metrics: { loss: i } }));
    expect(countedMeans(some)).toEqual({ loss: { mean: 4, numClients: 1, numSamples: 4 } });
  });

  it("takes any name, also one that objects have already", () => {
    const metrics = JSON.parse('{"__proto__": 2, "constructor": 3}');
    expect(Object.entries(weightedMeans([{ numSamples: 1, metrics }]))).toEqual([
      ["__proto__", 2],
      ["constructor", 3],
    ]);
  });
});
