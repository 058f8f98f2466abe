import { useMemo } from "react";
import type { ChartX } from "../charts/chart-props.js";
import { LineChart } from "../charts/line-chart.js";
import { formatMetric } from "../ui/format.js";
import { compareLines, runsWithoutPlace } from "./compare-lines.js";
import type { CompareChoice } from "./compare-query.js";
import { type ComparedMetric, METRICS } from "./compared-metrics.js";
import type { ComparedRun } from "./compared-run.js";
import type { LineStyle } from "./line-style.js";

interface CompareChartsProps {
  runs: readonly ComparedRun[];
  styles: ReadonlyMap<string, LineStyle>;
  choice: Pick<CompareChoice, "axis" | "smoothing" | "phase">;
}

/** A chart for each metric that a run tells, with the curves of all runs. */
export function CompareCharts({ runs, styles, choice: { axis, smoothing, phase } }: CompareChartsProps) {
  const charts = useMemo(
    () =>
      METRICS.map((metric) => ({
        metric,
        lines: compareLines(runs, metric.name, { axis, smoothing, styles }),
      })).filter(({ lines }) => lines.length > 0),
    [runs, styles, axis, smoothing],
  );
  const left = runsWithoutPlace(runs, axis);
  return (
    <>
      {left.length > 0 && (
        <p className="mb-3 text-muted text-sm [overflow-wrap:anywhere]">
          Not drawn, as {axis === "bytes" ? "nothing is sent" : "the run does not tell"}:{" "}
          <bdi>{left.map(({ record, runId }) => record?.experimentName ?? runId).join(", ")}</bdi>
        </p>
      )}
      {smoothing !== "0" && (
        <p className="mb-3 text-muted text-sm">
          Smoothed: each point is an exponential mean, in which the points before weigh{" "}
          {smoothing === "0.6" ? "60" : "90"} %. The tables below have the values as measured.
        </p>
      )}
      {charts.length === 0 && (
        <p className="rounded-lg border border-line bg-surface px-6 py-10 text-center text-muted">
          {phase === "train" ? "No training" : phase === "val" ? "No validation" : "No test"} values to draw
          here yet.
        </p>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        {charts.map(({ metric, lines }) => (
          <LineChart
            key={metric.name}
            title={metric.label}
            x={xOf(axis, runs)}
            yLabel={yLabel(metric, smoothing)}
            format={formatMetric}
            lines={lines}
            isShare={metric.isShare}
            empty="No values yet"
          />
        ))}
      </div>
    </>
  );
}

function xOf(axis: CompareChoice["axis"], runs: readonly ComparedRun[]): ChartX {
  if (axis !== "step") return axis === "seconds" ? "duration" : axis;
  const modes = new Set(runs.map(({ record }) => record?.mode));
  if (modes.size > 1) return "step";
  return modes.has("centralized") ? "epoch" : "round";
}

function yLabel({ label }: ComparedMetric, smoothing: CompareChoice["smoothing"]): string {
  return smoothing === "0" ? label : `${label}, smoothed`;
}
