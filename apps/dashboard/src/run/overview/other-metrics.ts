import type { ThinnedSeries } from "@fedloom/protocol";
import type { ChartColour, ChartLine } from "../../charts/chart-props.js";
import { metricKinds } from "./metric-kinds.js";

/** Beginnings of names that other parts of the page show. */
const SHOWN_ELSEWHERE = [
  "confusion/",
  "roc/",
  "hooks/",
  "time/",
  "privacy/",
  "precision/class_",
  "recall/class_",
  "f1/class_",
  "auroc/class_",
];
const SHOWN_NAMES = new Set([
  "learning_rate",
  ...metricKinds.flatMap(({ name }) => [
    name,
    ...["train", "val", "test", "pooled", "pooled_val"].map((of) => `${of}_${name}`),
  ]),
]);

/** The user's own metrics among those that a run reports, whose names have what is searched for. */
export function otherMetrics(names: readonly string[], search: string): string[] {
  const wanted = search.trim().toLowerCase();
  return names
    .filter((name) => !SHOWN_NAMES.has(name) && !SHOWN_ELSEWHERE.some((start) => name.startsWith(start)))
    .filter((name) => name.toLowerCase().includes(wanted))
    .sort((one, other) => one.localeCompare(other));
}

const LOOK: Record<ThinnedSeries["phase"], { label: string; colour: ChartColour; dashed?: boolean }> = {
  train: { label: "Training", colour: "train", dashed: true },
  val: { label: "Validation", colour: "validation" },
  test: { label: "Test", colour: "test" },
};

/** A metric's lines, by phase; what the server left out as NaN is counted by it. */
export function seriesLines(series: readonly ThinnedSeries[]): ChartLine[] {
  return series.map(({ phase, points, numPoints }) => ({
    ...LOOK[phase],
    key: phase,
    x: points.map(({ x }) => x),
    y: points.map(({ value }) => value),
    numPoints,
  }));
}
