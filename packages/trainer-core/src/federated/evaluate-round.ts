import type { TrainingEvent } from "@fedloom/protocol";
import { type Evaluate, partMetrics } from "../metrics/evaluate.js";
import { prefixed } from "../run/metrics-events.js";
import type { Stopwatch } from "../run/stopwatch.js";
import {
  type ClientEvaluationOptions,
  type EvaluateClientsOptions,
  evaluateClients,
} from "./evaluate-clients.js";

export interface EvaluateRoundOptions extends Omit<EvaluateClientsOptions, keyof ClientEvaluationOptions> {
  readonly evaluate: Evaluate | undefined;
  readonly clientEvaluation: ClientEvaluationOptions | undefined;
  readonly stopwatch: Stopwatch;
}

/** What a round's weights are good for, under the names of each event. */
export interface RoundEvaluation {
  /** For `round_end`, and for callbacks: `val_…` and `pooled_val_…`. */
  readonly evalMetrics: Readonly<Record<string, number>>;
  /** For `round_metrics` and `training_end`: the names alone, `test_…` and `pooled_…`. */
  readonly final: Readonly<Record<string, number>>;
  /** Of single classes and outputs, for `metrics`. */
  readonly details: Readonly<Record<"val" | "test", Readonly<Record<string, number>>>>;
}

/** Has server and clients evaluate the global weights, where they are asked to. */
export async function* evaluateRound(
  options: EvaluateRoundOptions,
): AsyncGenerator<TrainingEvent, RoundEvaluation> {
  const { evaluate, clientEvaluation, stopwatch, globalWeights, signal } = options;
  const byServer = async (split: "val" | "test") =>
    partMetrics((await evaluate?.(globalWeights, split, signal)) ?? {});
  const val = await stopwatch.time("evaluation", () => byServer("val"));
  const test = await stopwatch.time("evaluation", () => byServer("test"));
  const startedAt = stopwatch.now();
  const found = clientEvaluation ? yield* evaluateClients({ ...options, ...clientEvaluation }) : {};
  stopwatch.add("evaluation", stopwatch.now() - startedAt);
  const pooled = partMetrics(found);
  return {
    evalMetrics: { ...prefixed("val_", val.summary), ...prefixed("pooled_val_", pooled.summary) },
    final: { ...val.summary, ...prefixed("test_", test.summary), ...prefixed("pooled_", pooled.summary) },
    details: { val: { ...val.details, ...prefixed("pooled_", pooled.details) }, test: test.details },
  };
}
