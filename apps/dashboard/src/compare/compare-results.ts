import { formatBytes, formatCount, formatDuration, formatMetric } from "../ui/format.js";
import type { Phase } from "./compare-query.js";
import { lineOf, METRICS } from "./compared-metrics.js";
import type { ComparedRun } from "./compared-run.js";
import { type TargetQuery, targetRows } from "./target-rows.js";

/** One measure of all runs. */
export interface ResultRow {
  label: string;
  /** One for each run, in order; undefined where it has none. */
  values: (number | undefined)[];
  write: (value: number | undefined) => string;
  /** Which values are good; undefined where none is better. */
  isLowerBetter: boolean | undefined;
  /** What stands below each value, such as the round. */
  notes?: (string | undefined)[];
}

export interface ResultGroup {
  title: string;
  rows: ResultRow[];
}

export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  train: "Training data",
  val: "Validation data",
  test: "Test data",
};

/** What the runs came to, measure by measure; what no run tells is left out. */
export function resultGroups(runs: readonly ComparedRun[], phase: Phase, target: TargetQuery): ResultGroup[] {
  return [
    { title: "Test data, at the end", rows: finalRows(runs) },
    { title: `${PHASE_NAMES[phase]}, best`, rows: lineRows(runs, phase, "best") },
    { title: `${PHASE_NAMES[phase]}, newest`, rows: lineRows(runs, phase, "newest") },
    { title: "What it took", rows: costRows(runs) },
    ...targetRows(runs, phase, target),
  ]
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ values }) => values.some(isThere)) }))
    .filter(({ rows }) => rows.length > 0);
}

/** Places of the best values; of none where all are equal, or only one run has a value. */
export function bestPlaces({ values, isLowerBetter }: ResultRow): ReadonlySet<number> {
  const there = values.filter((value) => isThere(value) && !Number.isNaN(value)) as number[];
  if (isLowerBetter === undefined || there.length < 2 || new Set(there).size < 2) return new Set();
  const best = isLowerBetter ? Math.min(...there) : Math.max(...there);
  return new Set(values.flatMap((value, i) => (value === best ? [i] : [])));
}

function finalRows(runs: readonly ComparedRun[]): ResultRow[] {
  return METRICS.map(({ name, label, isLowerBetter }) => ({
    label,
    isLowerBetter,
    write: formatMetric,
    values: runs.map(({ record }) => {
      const final = record?.summary?.final_metrics as Record<string, unknown> | undefined;
      const value = final?.[`test_${name}`];
      return typeof value === "number" ? value : undefined;
    }),
  }));
}

function lineRows(runs: readonly ComparedRun[], phase: Phase, which: "best" | "newest"): ResultRow[] {
  return METRICS.map(({ name, label, isLowerBetter }) => {
    const chosen = runs.map(({ lines }) => {
      const points = lineOf(lines, name, phase)?.points ?? [];
      if (which === "newest") return points.at(-1);
      const isBetter = (a: number, b: number) => (isLowerBetter ? a < b : a > b);
      return points.reduce<(typeof points)[number] | undefined>(
        (best, point) => (best === undefined || isBetter(point.value, best.value) ? point : best),
        undefined,
      );
    });
    return {
      label,
      isLowerBetter,
      write: formatMetric,
      values: chosen.map((point) => point?.value),
      notes: chosen.map((point, i) => point && `${stepName(runs[i])} ${formatCount(point.x)}`),
    };
  });
}

function costRows(runs: readonly ComparedRun[]): ResultRow[] {
  const taken = (axis: "bytes" | "samples" | "seconds") => runs.map(({ places }) => places[axis]?.at(-1));
  return [
    {
      label: "Duration",
      isLowerBetter: true,
      write: formatDuration,
      values: runs.map(({ record }, i) => {
        const told = record?.summary?.duration_seconds;
        return typeof told === "number" ? told : taken("seconds")[i];
      }),
    },
    {
      label: "Rounds or epochs",
      isLowerBetter: undefined,
      write: formatCount,
      values: runs.map(({ record }) => record?.step),
    },
    { label: "Bytes sent", isLowerBetter: true, write: formatBytes, values: bytesSent(runs) },
    { label: "Samples seen", isLowerBetter: undefined, write: formatCount, values: taken("samples") },
  ];
}

/** A centralized run sends none, as its data were brought together before: that is no saving. */
function bytesSent(runs: readonly ComparedRun[]): (number | undefined)[] {
  return runs.map(({ places }) => places.bytes.at(-1) || undefined);
}

export function stepName(run: ComparedRun | undefined): "round" | "epoch" {
  return run?.record?.mode === "centralized" ? "epoch" : "round";
}

function isThere(value: number | undefined): value is number {
  return value !== undefined;
}
