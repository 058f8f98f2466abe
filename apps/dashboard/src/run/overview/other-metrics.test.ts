import { expect, it } from "vitest";
import { otherMetrics, seriesLines } from "./other-metrics.js";

const names = [
  "loss",
  "val_auroc",
  "gpu/heat",
  "confusion/0/1",
  "Dice",
  "hooks/clip-update/calls",
  "learning_rate",
  "num_samples",
];

it("lists what no other part of the page shows, by name", () => {
  expect(otherMetrics(names, "")).toEqual(["Dice", "gpu/heat", "num_samples"]);
});

it("finds parts of names, in capitals or not", () => {
  expect(otherMetrics(names, " DIC ")).toEqual(["Dice"]);
});

it("makes a line of each phase, and says how many values there are in all", () => {
  const [line] = seriesLines([
    { name: "Dice", phase: "val", numPoints: 9_000, numNan: 0, points: [{ x: 3, value: 0.5 }] },
  ]);
  expect(line).toMatchObject({ key: "val", label: "Validation", x: [3], y: [0.5], numPoints: 9_000 });
});
