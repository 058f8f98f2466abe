import { randomStream } from "@fedloom/fl-strategy";
import { createRunConfig, describeLayout } from "../checkpoint/run-config.js";
import type { AugmentOptions } from "../data/augment.js";
import type { Dataset, Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import { metricsOf, partMetrics } from "../metrics/evaluate.js";
import { predictionsOf } from "../metrics/predictions.js";
import type { Course, RunKit, StepOutcome, StepPlan } from "../run/course.js";
import { createRun } from "../run/create-run.js";
import { attemptOf, classNamesOf } from "../run/emit.js";
import { metricsEvents, prefixed } from "../run/metrics-events.js";
import { requireTrainSettings } from "../run/require-train-settings.js";
import type { RunSettings } from "../run/run-settings.js";
import type { Trainer } from "../run/trainer.js";
import type { EpochResult, LocalTrainer, OptimizerState } from "../training/local-trainer.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { requireOptimizer } from "../training/require-optimizer.js";

export interface CentralizedTrainerOptions extends RunSettings {
  /** Not disposed of by the trainer; at its call alone while the run goes on. */
  readonly trainer: LocalTrainer;
  /** What to train on, and what to judge by; an empty split is not looked at. */
  readonly dataset: Pick<Dataset, "train" | "val" | "test">;
  readonly numEpochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Default plain SGD. */
  readonly optimizer?: OptimizerSpec;
  /** Default not at all. */
  readonly augment?: AugmentOptions;
  /** See `LocalTrainOptions.balancedSoftmax`. */
  readonly balancedSoftmax?: boolean;
  /**
   * Whether each epoch's weights are evaluated on the training samples too, for precision, recall, F1 and AUROC beside
   * the loss and accuracy that training itself reports; default true. It costs about a third of the training.
   */
  readonly evaluateTrain?: boolean;
  /** What `training_start` tells viewers beside the settings; `backend` defaults to the trainer's engine. */
  readonly about: {
    readonly backend?: string;
    readonly dataset: string;
    readonly model: string;
    readonly classNames?: readonly string[];
  };
}

/**
 * Creates a run over one data set in one place: `numEpochs` times train and evaluate.
 *
 * `epoch_end` has for phase `train` loss and accuracy as training saw them, the metrics of the epoch's weights beside
 * them, and `learning_rate`; for phase `val` the evaluation. Test data is looked at whenever an epoch is the best so
 * far: for `metrics` events and for `training_end`. Callbacks see `train_loss`, `train_accuracy` and `val_…`. `metrics`
 * events have what is of single classes, and the milliseconds since the last epoch's: `time/training_ms`,
 * `time/evaluation_ms`, and `time/waiting_ms` for the reader of the events.
 * @throws TrainerError `invalid_option`, `invalid_checkpoint`
 */
export function createCentralizedTrainer(options: CentralizedTrainerOptions): Trainer {
  const { numEpochs, batchSize, learningRate, initialWeights, trainer, resume, dataset } = options;
  if (!Number.isSafeInteger(numEpochs) || numEpochs < 1) {
    throw invalid("numEpochs", "an integer >= 1", numEpochs);
  }
  requireTrainSettings({ batchSize, learningRate });
  if (!resume && initialWeights?.length !== trainer.layout.size) {
    throw invalid("initialWeights", `${trainer.layout.size} elements`, initialWeights?.length);
  }
  if (options.optimizer) requireOptimizer(options.optimizer);
  if (dataset.train.numSamples < 1) throw invalid("dataset.train", "at least one sample", "none");
  return createRun(options, (kit) => createCentralizedCourse(options, kit));
}

function createCentralizedCourse(options: CentralizedTrainerOptions, kit: RunKit): Course {
  const { trainer, dataset, numEpochs, batchSize, seed, optimizer, about } = options;
  const { augment, balancedSoftmax, evaluateTrain = true } = options;
  const { emit, signal, stopwatch } = kit;
  let optimizerState = options.resume?.state as OptimizerState | undefined;

  async function trainEpoch({ step: epoch, weights, learningRateFactor }: StepPlan) {
    let reported: EpochResult | undefined;
    const trained = await stopwatch.time("training", () =>
      trainer.train(weights, dataset.train, {
        epochs: 1,
        batchSize,
        learningRate: options.learningRate * learningRateFactor,
        ...(optimizer && { optimizer }),
        ...(optimizerState && { optimizerState }),
        ...(augment && { augment }),
        ...(balancedSoftmax !== undefined && { balancedSoftmax }),
        randomFor: (purpose) => randomStream(seed, "epoch", epoch, purpose),
        signal,
        onEpochEnd: (result) => {
          reported = result;
        },
      }),
    );
    return { ...trained, learningRate: reported?.learningRate ?? options.learningRate * learningRateFactor };
  }

  async function evaluate(weights: Float32Array, samples: Samples) {
    if (samples.numSamples === 0) return partMetrics({});
    return stopwatch.time("evaluation", async () => {
      const outputs = await trainer.predict(weights, samples, { signal });
      return partMetrics(metricsOf(predictionsOf(outputs, samples, trainer)));
    });
  }

  async function* play(plan: StepPlan) {
    const place = { epoch: plan.step, totalEpochs: numEpochs };
    yield emit("epoch_start", place);
    const { weights, loss, accuracy, learningRate, ...trained } = await trainEpoch(plan);
    // Only now: an epoch that was left half-way must not leave its moments to a checkpoint.
    optimizerState = trained.optimizerState;
    const measured = evaluateTrain ? (await evaluate(weights, dataset.train)).summary : {};
    const seen = { loss, ...(!Number.isNaN(accuracy) && { accuracy }) };
    const train = { ...measured, ...seen };
    const rate = { learning_rate: learningRate };
    yield emit("epoch_end", { ...place, phase: "train", metrics: { ...train, ...rate } });
    const val = await evaluate(weights, dataset.val);
    if (dataset.val.numSamples > 0) {
      yield emit("epoch_end", { ...place, phase: "val", metrics: { ...val.summary, ...rate } });
    }
    const seenSamples = { num_samples: dataset.train.numSamples };
    yield* metricsEvents(emit, { epoch: plan.step }, { ...seenSamples, ...stopwatch.take() });
    yield* metricsEvents(emit, { epoch: plan.step, phase: "val" }, val.details);
    return {
      weights,
      metrics: { ...prefixed("train_", train), ...prefixed("val_", val.summary), ...rate },
      final: val.summary,
      bytes: 0,
    } satisfies StepOutcome;
  }

  async function* testBest({ step: epoch, weights }: StepPlan) {
    const test = await evaluate(weights, dataset.test);
    yield* metricsEvents(emit, { epoch, phase: "test" }, { ...test.summary, ...test.details });
    return prefixed("test_", test.summary);
  }

  return {
    mode: "centralized",
    unit: "epoch",
    totalSteps: numEpochs,
    layout: trainer.layout,
    config: createRunConfig({
      seed,
      batchSize,
      learningRate: options.learningRate,
      optimizer,
      augment,
      balancedSoftmax,
      numSamples: dataset.train.numSamples,
      dataset: about.dataset,
      model: about.model,
      layout: describeLayout(trainer.layout),
    }),
    *begin() {
      yield emit("training_mode", { isFederated: false, numRounds: 0, numClients: 0 });
      yield emit("training_start", {
        experimentName: options.experimentName,
        trainingMode: "centralized",
        totalEpochs: numEpochs,
        seed,
        backend: about.backend ?? trainer.engine,
        dataset: about.dataset,
        model: about.model,
        ...classNamesOf(about.classNames),
        ...attemptOf(options),
      });
    },
    play,
    testBest,
    state: () => optimizerState ?? null,
  };
}

function invalid(field: string, expected: string, received: unknown): TrainerError {
  return new TrainerError("invalid_option", `${field}: expected ${expected}, got ${String(received)}`);
}
