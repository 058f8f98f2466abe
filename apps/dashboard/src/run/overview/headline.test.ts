import { expect, it } from "vitest";
import type { RoundView } from "../../live/run-view.js";
import { bestValidation, headlineOf } from "./headline.js";

function round(number: number, metrics: Record<string, number>): RoundView {
  return { round: number, fit: {}, evaluation: {}, metrics, about: {}, spread: new Map() };
}

it("tells a run by its AUC, or by what it measures in its place", () => {
  expect(headlineOf([]).metric).toBe("auroc");
  expect(headlineOf([round(1, { accuracy: 0.5 }), round(2, { accuracy: 0.5, auroc: 0.7 })]).metric).toBe(
    "auroc",
  );
  expect(headlineOf([round(1, { accuracy: 0.5 })])).toMatchObject({ metric: "accuracy", second: undefined });
  expect(headlineOf([round(1, { mse: 2, test_r2: 0.1 })])).toMatchObject({
    label: "R²",
    second: { metric: "mae" },
  });
});

it("finds the best round, also among values that are no numbers or negative", () => {
  expect(bestValidation([], "auroc")).toBeUndefined();
  const rounds = [Number.NaN, -0.5, -0.25, -0.75].map((r2, i) => round(i + 1, { r2 }));
  expect(bestValidation(rounds, "r2")).toEqual({ round: 3, value: -0.25 });
  expect(bestValidation([round(1, { r2: Number.NaN })], "r2")).toBeUndefined();
});
