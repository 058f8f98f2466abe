import { requireName, requireNumber, requireOneOf } from "../require-option.js";
import { type MetricMode, reportedMetric, type StopRule } from "./stop-rule.js";

export interface TargetReachedOptions {
  readonly metric: string;
  /** Reached when the metric is equal to it or better. */
  readonly value: number;
  readonly mode: MetricMode;
}

/** Stops once a metric is as good as wanted. NaN never is. */
export function targetReached({ metric, value, mode }: TargetReachedOptions): StopRule<null> {
  requireName("metric", metric);
  requireNumber("value", value, "a finite number");
  requireOneOf("mode", mode, ["min", "max"]);
  return {
    name: "targetReached",
    init: () => null,
    decide(report, state) {
      const reached = reportedMetric(report, metric);
      if (!(mode === "max" ? reached >= value : reached <= value)) return { decision: "continue", state };
      const reason = `${metric} is ${reached} in round ${report.round}, target ${value} (${mode}) reached`;
      return { decision: "stop", reason, state };
    },
  };
}
