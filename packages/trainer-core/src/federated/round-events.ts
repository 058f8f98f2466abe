import type { RoundResult } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { type Emit, errorText } from "../run/emit.js";
import { metricsEvents } from "../run/metrics-events.js";
import type { RoundEvaluation } from "./evaluate-round.js";

/** What people should know of a round that has not gone as planned. */
export function* roundComplaints(
  emit: Emit,
  round: number,
  { outcome, reason, notes, decision }: RoundResult,
): Generator<TrainingEvent> {
  const say = (error: string, errorType: string) =>
    emit("error", { error: errorText(error), errorType, fatal: false });
  if (outcome === "kept") yield say(`round ${round}: the global weights were kept: ${reason}`, "round_kept");
  for (const { code, message } of notes) yield say(message, code);
  if (decision.decision === "rollback") {
    yield say(`round ${round}: the weights of round ${decision.round} were not kept`, "rollback_failed");
  }
}

export interface ClosedRound {
  readonly round: number;
  readonly totalRounds: number;
  readonly found: RoundEvaluation;
  /** What clients reported of their training. */
  readonly fitMetrics: Record<string, number>;
  /** Hooks, privacy, learning rate, times. */
  readonly about: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

/** What viewers learn of a round when it is closed. */
export function* roundEvents(emit: Emit, closed: ClosedRound): Generator<TrainingEvent> {
  const { round, totalRounds, found, fitMetrics, about, durationMs } = closed;
  const { evalMetrics, final, details } = found;
  yield* metricsEvents(emit, { round }, about);
  yield* metricsEvents(emit, { round, phase: "val" }, details.val);
  yield* metricsEvents(emit, { round, phase: "test" }, details.test);
  yield emit("round_end", { round, totalRounds, fitMetrics, evalMetrics: { ...evalMetrics }, durationMs });
  yield emit("round_metrics", { round, totalRounds, metrics: { ...final } });
}
