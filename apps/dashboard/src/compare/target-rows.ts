import type { ThinnedSeries } from "@fedloom/protocol";
import { formatBytes, formatCount, formatDuration, formatMetric } from "../ui/format.js";
import type { Phase } from "./compare-query.js";
import type { ResultGroup } from "./compare-results.js";
import { lineOf, METRICS } from "./compared-metrics.js";
import type { ComparedRun } from "./compared-run.js";
import { placeOf } from "./run-places.js";

export interface TargetQuery {
  metric: string;
  value: number | undefined;
}

/** What each run took to reach a value of a metric. */
export function targetRows(
  runs: readonly ComparedRun[],
  phase: Phase,
  { metric, value: target }: TargetQuery,
): ResultGroup[] {
  const known = METRICS.find(({ name }) => name === metric);
  if (!known || target === undefined) return [];
  const { label, isLowerBetter } = known;
  const reached = runs.map(({ lines }) => reachedAt(lineOf(lines, metric, phase), target, isLowerBetter));
  const place = (axis: "seconds" | "bytes" | "samples") =>
    runs.map(({ places }, i) => {
      const at = reached[i];
      const place = at && placeOf(places, axis, at.x);
      return axis === "bytes" ? place || undefined : place;
    });
  const common = { isLowerBetter: true };
  return [
    {
      title: `Until ${label} ${isLowerBetter ? "≤" : "≥"} ${formatMetric(target)}`,
      rows: [
        {
          ...common,
          label: "Rounds or epochs",
          write: formatCount,
          values: reached.map((at) => at?.x),
          notes: reached.map((at) => (at && !at.isExact ? "or a few before" : undefined)),
        },
        { ...common, label: "Time", write: formatDuration, values: place("seconds") },
        { ...common, label: "Bytes sent", write: formatBytes, values: place("bytes") },
        { ...common, label: "Samples seen", write: formatCount, values: place("samples") },
      ],
    },
  ];
}

/** Where a line first is as good as the target; not exact where only some of its values are known. */
export function reachedAt(
  line: ThinnedSeries | undefined,
  target: number,
  isLowerBetter: boolean,
): { x: number; isExact: boolean } | undefined {
  const point = line?.points.find(({ value }) => (isLowerBetter ? value <= target : value >= target));
  if (!line || !point) return undefined;
  const isFirst = point === line.points[0];
  return { x: point.x, isExact: isFirst || line.points.length >= line.numPoints - line.numNan };
}
