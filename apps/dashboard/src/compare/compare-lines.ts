import type { ChartLine } from "../charts/chart-props.js";
import type { CompareAxis, CompareChoice } from "./compare-query.js";
import { lineOf } from "./compared-metrics.js";
import type { ComparedRun } from "./compared-run.js";
import type { LineStyle } from "./line-style.js";
import { placeOf } from "./run-places.js";
import { smooth } from "./smooth.js";

/** One chart's lines: a metric of each run that tells it, over what the reader chose. */
export function compareLines(
  runs: readonly ComparedRun[],
  metric: string,
  {
    axis,
    smoothing,
    styles,
  }: Pick<CompareChoice, "axis" | "smoothing"> & { styles: ReadonlyMap<string, LineStyle> },
): ChartLine[] {
  return runs.flatMap((run) => {
    const line = lineOf(run.lines, metric, run.phase);
    const style = styles.get(run.runId);
    if (!line || !style || !run.record) return [];
    const placed = line.points.flatMap(({ x, value }) => {
      const place = axis === "step" ? x : placeOf(run.places, axis, x);
      return place === undefined ? [] : [{ x: place, value }];
    });
    if (placed.length === 0 || (axis === "bytes" && placed.at(-1)?.x === 0)) return [];
    return [
      {
        key: run.runId,
        label: run.record.experimentName,
        ...style,
        x: placed.map(({ x }) => x),
        y: smooth(
          placed.map(({ value }) => value),
          Number(smoothing),
        ),
        numPoints: line.numPoints,
      },
    ];
  });
}

/** Runs that have values but no place for them on this axis, such as what a centralized run sends. */
export function runsWithoutPlace(runs: readonly ComparedRun[], axis: CompareAxis): ComparedRun[] {
  if (axis === "step") return [];
  return runs.filter(({ lines, places }) => {
    const taken = places[axis];
    return lines.length > 0 && (!taken || taken.length === 0 || (axis === "bytes" && taken.at(-1) === 0));
  });
}
