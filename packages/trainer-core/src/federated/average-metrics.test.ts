import { expect, it } from "vitest";
import { averageMetrics } from "./average-metrics.js";

it("weighs by samples over the clients that reported a finite value", () => {
  const updates = [
    { numSamples: 10, metrics: { train_loss: 1, extra: Number.NaN } },
    { numSamples: 30, metrics: { train_loss: 2, extra: 7 } },
    { numSamples: 60, metrics: { train_loss: Number.POSITIVE_INFINITY } },
  ];
  expect(averageMetrics(updates)).toEqual({ train_loss: 1.75, extra: 7 });
  expect(averageMetrics([])).toEqual({});
});
