import { expect, it } from "vitest";
import { resolveModel } from "../models/resolve-model.js";
import { trainingCost } from "./training-cost.js";

it("counts multiplications and additions, forward and twice that backward", () => {
  const dense = resolveModel({ inputShape: [10], layers: [{ type: "dense", units: 4 }] });
  expect(trainingCost(dense)).toBe(3 * 2 * 10 * 4);
  const conv = { type: "conv2d", filters: 4, kernelSize: 3, padding: "same" } as const;
  const convolved = resolveModel({
    inputShape: [5, 6, 2],
    layers: [
      { type: "residual", layers: [conv], shortcut: [{ ...conv, kernelSize: 1 }] },
      { type: "globalAveragePooling2d" },
    ],
  });
  expect(trainingCost(convolved)).toBe(3 * 2 * 30 * (9 + 1) * 2 * 4);
});
