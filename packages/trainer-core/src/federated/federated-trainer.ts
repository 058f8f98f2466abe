import {
  type AggregateHook,
  type AggregationState,
  createAggregationState,
  defaultHooks,
  type Strategy,
  type TrainConfig,
} from "@fedloom/fl-strategy";
import { createRunConfig, describeLayout } from "../checkpoint/run-config.js";
import { TrainerError } from "../errors.js";
import type { Evaluate } from "../metrics/evaluate.js";
import type { Course, RunKit, StepOutcome, StepPlan } from "../run/course.js";
import { createRun } from "../run/create-run.js";
import { attemptOf, classNamesOf } from "../run/emit.js";
import { requireTrainSettings } from "../run/require-train-settings.js";
import type { RunSettings } from "../run/run-settings.js";
import type { Trainer } from "../run/trainer.js";
import type { ClientPool } from "./client-pool.js";
import { createOverlappingWork, createRoundWork } from "./client-work.js";
import type { ClientEvaluationOptions } from "./evaluate-clients.js";
import { evaluateRound } from "./evaluate-round.js";
import { playRound } from "./play-round.js";
import { roundComplaints, roundEvents } from "./round-events.js";
import {
  fitMetrics,
  hookMetrics,
  type PrivacyAccounting,
  privacyMetrics,
  privacyOf,
} from "./round-metrics.js";

export interface FederatedTrainerOptions extends RunSettings {
  /** Not disposed of by the trainer. */
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
  readonly privacy?: PrivacyAccounting;
  /** How clients train, unless the strategy says otherwise. */
  readonly train: TrainConfig;
  /** The server's own evaluation of the global weights, after every round: see `evaluateWith`. */
  readonly evaluate?: Evaluate;
  /** The clients' evaluation of the global weights, pooled, after every round. */
  readonly clientEvaluation?: ClientEvaluationOptions;
  /** What `training_start` tells viewers beside the settings; `backend` names the engine and why it was taken. */
  readonly about: {
    readonly backend: string;
    readonly dataset: string;
    readonly model: string;
    readonly classNames?: readonly string[];
  };
}

/**
 * Creates a run over a pool of clients: select, train, aggregate, evaluate, `numRounds` times.
 *
 * Callbacks see `train_loss` and what else clients report (means by samples), `val_…` of the server's evaluation and
 * `pooled_val_…` of the clients'. After each round `round_end` has the same, and `round_metrics` the evaluation alone:
 * `auroc`, `test_auroc`, `pooled_auroc`; `metrics` events have what is of single classes, what hooks did,
 * `learning_rate`, and the milliseconds since the last round's: `time/training_ms` (waiting for clients),
 * `time/clients_ms` (sum of what each took), `time/aggregation_ms`, `time/evaluation_ms`, `time/callbacks_ms` (those of
 * the round before, checkpoints too) and `time/waiting_ms` (for the reader of the events).
 *
 * An asynchronous strategy over a pool with `overlapping` has clients train across rounds: then the run depends on how
 * fast clients are, and those that train when a checkpoint is written begin anew after it.
 * @throws TrainerError `invalid_option`, `invalid_checkpoint`; StrategyError `invalid_option` for hooks that do not go
 * with the strategy.
 */
export function createFederatedTrainer(options: FederatedTrainerOptions): Trainer {
  const { initialWeights, pool, numRounds, resume } = options;
  if (!Number.isSafeInteger(numRounds) || numRounds < 1) {
    throw new TrainerError("invalid_option", `numRounds: expected an integer >= 1, got ${numRounds}`);
  }
  const { epochs, batchSize, learningRate } = options.train ?? {};
  requireTrainSettings({ epochs, batchSize, learningRate }, "train.");
  const { numClasses } = options.clientEvaluation ?? { numClasses: 0 };
  if (!Number.isSafeInteger(numClasses) || numClasses < 0) {
    throw new TrainerError(
      "invalid_option",
      `clientEvaluation.numClasses: expected an integer >= 0, got ${numClasses}`,
    );
  }
  if (!resume && initialWeights?.length !== pool.layout.size) {
    throw new TrainerError(
      "invalid_option",
      `initialWeights: expected ${pool.layout.size} elements, got ${initialWeights?.length}`,
    );
  }
  return createRun(options, (kit) => createFederatedCourse(options, kit));
}

function createFederatedCourse(options: FederatedTrainerOptions, kit: RunKit): Course {
  const { pool, strategy, hooks = defaultHooks, numRounds, train, seed, about } = options;
  const { emit, signal, stopwatch } = kit;
  const fresh = createAggregationState(strategy, hooks, pool.layout);
  let state = (options.resume?.state as AggregationState | undefined) ?? fresh;
  const { maxStaleness = 0 } = strategy;
  const work =
    maxStaleness > 0 && pool.overlapping
      ? createOverlappingWork(pool, { signal, maxStaleness })
      : createRoundWork(pool, signal);

  async function* play({ step: round, weights, learningRateFactor }: StepPlan) {
    const startedAt = stopwatch.now();
    const learningRate = train.learningRate * learningRateFactor;
    const played = yield* playRound({
      pool,
      work,
      strategy,
      hooks,
      state,
      globalWeights: weights,
      round,
      train: { ...train, learningRate },
      seed,
      totalRounds: numRounds,
      emit,
      signal,
      stopwatch,
      ...(options.quorum !== undefined && { quorum: options.quorum }),
      ...(options.deadlineMs !== undefined && { deadlineMs: options.deadlineMs }),
    });
    if (!played) return undefined;
    const { result, bytes } = played;
    state = result.state;
    yield* roundComplaints(emit, round, result);
    const globalWeights = result.weights;
    const { evaluate, clientEvaluation } = options;
    const evaluation = {
      evaluate,
      clientEvaluation,
      pool,
      round,
      globalWeights,
      seed,
      signal,
      emit,
      stopwatch,
    };
    const found = yield* evaluateRound(evaluation);
    if (signal.aborted) return undefined;
    const fit = fitMetrics(result);
    const rate = { learning_rate: learningRate };
    const privacy = options.privacy ? privacyOf(state, options.privacy) : {};
    const spent = options.privacy ? privacyMetrics(privacy, options.privacy) : {};
    yield* roundEvents(emit, {
      round,
      totalRounds: numRounds,
      found,
      fitMetrics: fit,
      about: { ...hookMetrics(result), ...spent, ...rate, ...stopwatch.take() },
      durationMs: stopwatch.now() - startedAt,
    });
    return {
      weights: globalWeights,
      metrics: { ...fit, ...found.evalMetrics, ...rate },
      final: found.final,
      bytes,
      privacy,
      ...(result.decision.decision !== "continue" && { stop: { reason: result.decision.reason } }),
    } satisfies StepOutcome;
  }

  return {
    mode: "federated",
    unit: "round",
    totalSteps: numRounds,
    layout: pool.layout,
    config: createRunConfig({
      seed,
      strategy: `${strategy.id} ${strategy.stateVersion}`,
      hooks: hooks.map(({ name }) => name).join(", "),
      train,
      quorum: options.quorum,
      dataset: about.dataset,
      model: about.model,
      layout: describeLayout(pool.layout),
    }),
    *begin() {
      const numClients = pool.clients().length;
      yield emit("training_mode", { isFederated: true, numRounds, numClients });
      yield emit("training_start", {
        experimentName: options.experimentName,
        trainingMode: "federated",
        numClients,
        numRounds,
        localEpochs: train.epochs,
        strategy: strategy.id,
        seed,
        backend: about.backend,
        dataset: about.dataset,
        model: about.model,
        ...classNamesOf(about.classNames),
        ...attemptOf(options),
      });
    },
    play,
    state: () => state,
    close: () => work.close(),
  };
}
