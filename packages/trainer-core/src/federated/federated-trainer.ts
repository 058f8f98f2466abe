import {
  type AccountingMethod,
  type AggregateHook,
  type AggregationState,
  createAggregationState,
  defaultHooks,
  privacySpent,
  type RoundResult,
  type Strategy,
  type TrainConfig,
  weightedMeans,
} from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { betterRound, type EvaluatedRound } from "./best-round.js";
import type { ClientPool } from "./client-pool.js";
import { formatDuration } from "./duration.js";
import { createEmit, errorText } from "./emit.js";
import { playRound } from "./play-round.js";

export interface FederatedTrainerOptions {
  /** A ULID. */
  readonly runId: string;
  readonly experimentName: string;
  readonly pool: ClientPool;
  readonly strategy: Strategy;
  /** Default `defaultHooks`: invalid updates are refused. */
  readonly hooks?: readonly AggregateHook[];
  readonly numRounds: number;
  /** Fewest accepted updates from which a round's aggregate is made; default 1. */
  readonly quorum?: number;
  /** How long clients may train in a round; default: as long as they take. */
  readonly deadlineMs?: number;
  /** At which delta `privacy/epsilon` is said after each round, for runs with the hook `centralPrivacy`. */
  readonly privacy?: { readonly delta: number; readonly method?: AccountingMethod };
  /** How clients train, unless the strategy says otherwise. */
  readonly train: TrainConfig;
  /** Of every random choice in the run. */
  readonly seed: number;
  readonly initialWeights: Float32Array;
  /** The server's own evaluation of the global weights, after every round. */
  readonly evaluate: (
    weights: Float32Array,
    split: "val" | "test",
    signal: AbortSignal,
  ) => Promise<Record<string, number>>;
  /** What `training_start` tells viewers beside the settings. */
  readonly about: { readonly backend: string; readonly dataset: string; readonly model: string };
  /** Wall clock; default the system's. */
  readonly now?: () => Date;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly monotonicNow?: () => number;
}

/** One run of training. */
export interface Trainer {
  /**
   * Trains, and says everything that happens: from `training_mode` to `training_end`, whatever goes wrong in between.
   * Read once; training goes on as the events are read, and ends when the reader leaves.
   */
  run(): AsyncGenerator<TrainingEvent, void, undefined>;
  /** Ends the run within the batch that is being trained; `training_end` follows with what was reached. */
  stop(reason: string): void;
}

/** Creates a run over a pool of clients: select, train, aggregate, evaluate, `numRounds` times. */
export function createFederatedTrainer(options: FederatedTrainerOptions): Trainer {
  const { pool, strategy, hooks = defaultHooks, numRounds, train, seed, about } = options;
  const { now = () => new Date(), monotonicNow = () => performance.now() } = options;
  const emit = createEmit(options.runId, now);
  const stopping = new AbortController();
  const { signal } = stopping;
  const progress: { best?: EvaluatedRound; numRounds: number } = { numRounds: 0 };

  async function* rounds(): AsyncGenerator<TrainingEvent, void, undefined> {
    let state = createAggregationState(strategy, hooks, pool.layout);
    let globalWeights = options.initialWeights;
    for (let round = 1; round <= numRounds; round += 1) {
      const startedAt = monotonicNow();
      const result = yield* playRound({
        pool,
        strategy,
        hooks,
        state,
        globalWeights,
        round,
        train,
        seed,
        totalRounds: numRounds,
        emit,
        signal,
        now: monotonicNow,
        ...(options.quorum !== undefined && { quorum: options.quorum }),
        ...(options.deadlineMs !== undefined && { deadlineMs: options.deadlineMs }),
      });
      if (!result) return;
      ({ weights: globalWeights, state } = result);
      if (result.outcome === "kept") {
        const error = `round ${round}: the global weights were kept: ${result.reason}`;
        yield emit("error", { error: errorText(error), errorType: "round_kept", fatal: false });
      }
      for (const { code, message } of result.notes) {
        yield emit("error", { error: errorText(message), errorType: code, fatal: false });
      }
      const spent = privacyMetrics(result.state, options.privacy);
      yield emit("metrics", { round, metrics: { ...hookMetrics(result), ...spent } });
      const val = await options.evaluate(globalWeights, "val", signal);
      const test = await options.evaluate(globalWeights, "test", signal);
      progress.best = betterRound(progress.best, { round, val, test });
      progress.numRounds = round;
      const place = { round, totalRounds: numRounds };
      const durationMs = monotonicNow() - startedAt;
      yield emit("round_end", {
        ...place,
        fitMetrics: fitMetrics(result),
        evalMetrics: prefixed("val_", val),
        durationMs,
      });
      yield emit("round_metrics", { ...place, metrics: { ...val, ...prefixed("test_", test) } });
      if (result.decision.decision !== "continue") return;
    }
  }

  function end(status: "completed" | "stopped" | "failed", durationSeconds: number): TrainingEvent {
    const { best, numRounds: totalRounds } = progress;
    return emit("training_end", {
      status,
      experimentName: options.experimentName,
      ...(best && {
        bestRound: best.round,
        ...(best.val.accuracy !== undefined && { bestValAccuracy: best.val.accuracy }),
        ...(best.val.recall !== undefined && { bestValRecall: best.val.recall }),
      }),
      totalRounds,
      trainingDuration: formatDuration(durationSeconds),
      durationSeconds,
      finalMetrics: best ? { ...best.val, ...prefixed("test_", best.test) } : {},
    });
  }

  return {
    async *run() {
      const startedAt = monotonicNow();
      const seconds = () => (monotonicNow() - startedAt) / 1_000;
      const numClients = pool.clients().length;
      try {
        yield emit("training_mode", { isFederated: true, numRounds, numClients });
        yield emit("training_start", {
          experimentName: options.experimentName,
          trainingMode: "federated",
          numClients,
          numRounds,
          localEpochs: train.epochs,
          strategy: strategy.id,
          seed,
          ...about,
        });
        yield* rounds();
        yield end(signal.aborted ? "stopped" : "completed", seconds());
      } catch (error) {
        if (signal.aborted) {
          yield end("stopped", seconds());
          return;
        }
        yield emit("error", { error: errorText(error), errorType: "training_error", fatal: true });
        yield end("failed", seconds());
      } finally {
        stopping.abort();
      }
    },

    stop: (reason) => stopping.abort(new Error(reason)),
  };
}

/** What each hook did in a round: `hooks/<name>/` before its verdict (0 passed to 3 threw), duration and counters. */
function hookMetrics({ hooks }: RoundResult): Record<string, number> {
  const verdicts = ["passed", "replaced", "refused", "threw"];
  return Object.fromEntries(
    hooks.flatMap(({ name, verdict, durationMs, counters }) =>
      Object.entries({ verdict: verdicts.indexOf(verdict), duration_ms: durationMs, ...counters }).map(
        ([key, value]) => [`hooks/${name}/${key}`, value],
      ),
    ),
  );
}

/** What was spent so far; epsilon is NaN where nobody can tell. */
function privacyMetrics(
  state: AggregationState,
  options: FederatedTrainerOptions["privacy"],
): Record<string, number> {
  const spent = options && privacySpent(state, options);
  if (!spent) return {};
  const epsilon = spent.epsilon === "unknown" ? Number.NaN : spent.epsilon;
  return { "privacy/epsilon": epsilon, "privacy/delta": options.delta };
}

/** Means over the accepted updates, and how many samples they stand for. */
function fitMetrics({ updates }: RoundResult): Record<string, number> {
  const numSamples = updates.reduce((sum, update) => sum + update.numSamples, 0);
  return { ...weightedMeans(updates), num_samples: numSamples };
}

function prefixed(prefix: string, metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
