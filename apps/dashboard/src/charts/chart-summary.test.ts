import { expect, it } from "vitest";
import { chartSummary, readoutText } from "./chart-summary.js";

const lines = [
  { key: "t", label: "Training", colour: "train" as const, x: [1, 2], y: [0.5, 0.25] },
  { key: "v", label: "Validation", colour: "validation" as const, x: [1, 2], y: [0.6, null] },
];
const chart = {
  title: "Loss",
  x: "round" as const,
  format: (value: number | undefined) => (value === undefined ? "–" : String(value)),
  lines,
  marks: [{ x: 2, label: "stopped early", tone: "warn" as const }],
  empty: "drawn later",
};

it("sums up the latest values and what is marked", () => {
  expect(chartSummary(chart)).toBe(
    "Loss by round. Latest: Training 0.25; Validation 0.6. stopped early at round 2",
  );
  expect(chartSummary({ ...chart, lines: [] })).toBe("Loss: drawn later");
});

it("reads out what is at one x, of lines that are shown", () => {
  const readout = { x: 2, values: [0.25, null] };
  expect(readoutText(readout, { ...chart, hidden: new Set() })).toBe(
    "round 2; Training 0.25; Validation –; stopped early",
  );
  expect(readoutText(readout, { ...chart, hidden: new Set(["v"]) })).toBe(
    "round 2; Training 0.25; stopped early",
  );
});
