import { requireBoolean, requireName, requireNumber, requireOneOf } from "../require-option.js";
import { type MetricMode, type RoundProgress, reportedMetric, type StopRule } from "./stop-rule.js";

export interface PatienceOptions {
  readonly metric: string;
  readonly mode: MetricMode;
  /** Reports in a row without an improvement after which the run stops. */
  readonly rounds: number;
  /** An improvement is one by more than this; default 0. */
  readonly minDelta?: number;
  /** Whether to go back to the weights of the best round; default false. */
  readonly restoreBest?: boolean;
}

/** Plain data that survives JSON. */
export interface PatienceState {
  /** The best value so far, however small its lead, and its round; null before the first finite value. */
  readonly best: number | null;
  readonly bestRound: number | null;
  /** The value of the last improvement, which the next has to beat by more than minDelta. */
  readonly toBeat: number | null;
  /** Reports since then. */
  readonly waited: number;
}

/**
 * Stops once a metric has not improved for a number of reports. NaN and infinite values are never an improvement. Keep
 * the weights of `state.bestRound` in order to restore them.
 */
export function patience(options: PatienceOptions): StopRule<PatienceState> {
  const { metric, mode, rounds, minDelta = 0, restoreBest = false } = options;
  requireName("metric", metric);
  requireOneOf("mode", mode, ["min", "max"]);
  requireNumber("rounds", rounds, "an integer >= 1");
  requireNumber("minDelta", minDelta, "a finite number >= 0");
  requireBoolean("restoreBest", restoreBest);
  const leadOver = (value: number, other: number) => (mode === "max" ? value - other : other - value);

  const advance = (report: RoundProgress, state: PatienceState): PatienceState => {
    const value = reportedMetric(report, metric);
    if (!Number.isFinite(value)) return { ...state, waited: state.waited + 1 };
    const isBest = state.best === null || leadOver(value, state.best) > 0;
    const improved = state.toBeat === null || leadOver(value, state.toBeat) > minDelta;
    return {
      best: isBest ? value : state.best,
      bestRound: isBest ? report.round : state.bestRound,
      toBeat: improved ? value : state.toBeat,
      waited: improved ? 0 : state.waited + 1,
    };
  };

  return {
    name: "patience",
    init: () => ({ best: null, bestRound: null, toBeat: null, waited: 0 }),
    decide(report, before) {
      const state = advance(report, before);
      if (state.waited < rounds) return { decision: "continue", state };
      const { best, bestRound } = state;
      if (bestRound === null) {
        return { decision: "stop", reason: `${metric} had no finite value in ${rounds} rounds`, state };
      }
      const reason = `${metric} did not improve for ${rounds} rounds; best ${best} in round ${bestRound}`;
      return restoreBest && bestRound !== report.round
        ? { decision: "rollback", round: bestRound, reason, state }
        : { decision: "stop", reason, state };
    },
  };
}
