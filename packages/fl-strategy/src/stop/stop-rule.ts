import { StrategyError } from "../errors.js";
import type { Decision } from "./decision.js";

/** What a run looks like after a round. */
export interface RoundProgress {
  /** The round just closed, counted from 1. */
  readonly round: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Since the start of the run, over restarts too. */
  readonly elapsedMs: number;
  /** Sent and received since the start of the run. */
  readonly bytes: number;
  /** Privacy spent since the start of the run. */
  readonly epsilon?: number | "unknown";
  /** Privacy spent once another round has run: lets a privacy budget be kept rather than found broken. */
  readonly nextEpsilon?: number | "unknown";
}

/** What a rule decided, and what it has to remember for the next round. */
export type StopDecision<State = unknown> = Decision & { readonly state: State };

/** Says after each round whether a run goes on. */
export interface StopRule<State = unknown> {
  readonly name: string;
  /** The state before round 1: plain data that survives JSON. */
  init(): State;
  /** Changes nothing; a state from {@link init} or the decision before is passed in, a new one comes back. */
  decide(report: RoundProgress, state: State): StopDecision<State>;
}

/** Whether smaller or larger values of a metric are better. */
export type MetricMode = "min" | "max";

/**
 * The value of a metric, which may be NaN.
 * @throws StrategyError `invalid_option` for a metric that was not reported, which names those that were.
 */
export function reportedMetric({ metrics, round }: RoundProgress, metric: string): number {
  const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (typeof value === "number") return value;
  const names = Object.keys(metrics);
  throw new StrategyError(
    "invalid_option",
    `metric: expected one that round ${round} reported (${names.join(", ") || "there are none"}), got "${metric}"`,
  );
}
