import { expect, it } from "vitest";
import type { OptimizerSpec } from "./optimizer-spec.js";
import { requireOptimizer } from "./require-optimizer.js";

it.each([
  [{ name: "rmsprop" }, 'optimizer.name: expected sgd or adam, got "rmsprop"'],
  [{ name: "sgd", lr: 0.1 }, 'expected those among name, momentum, nesterov, weightDecay, got "lr"'],
  [{ name: "sgd", beta1: 0.9 }, 'got "beta1"'],
  [{ name: "sgd", momentum: 1 }, "optimizer.momentum: expected a number in [0, 1), got 1"],
  [{ name: "adam", epsilon: 0 }, "optimizer.epsilon: expected a number > 0, got 0"],
  [{ name: "adam", weightDecay: Number.NaN }, "optimizer.weightDecay: expected a number >= 0, got NaN"],
])("refuses %j", (spec, message) => {
  expect(() => requireOptimizer(spec as OptimizerSpec)).toThrow(message);
});

it("takes every field that there is", () => {
  requireOptimizer({ name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.01 });
  requireOptimizer({ name: "adam", beta1: 0.8, beta2: 0.9, epsilon: 1e-7, weightDecay: 0 });
});
