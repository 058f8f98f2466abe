import {
  type ClientTask,
  randomStream,
  rangesOf,
  type Update,
  type WeightsLayout,
} from "@fedloom/fl-strategy";
import type { AugmentOptions } from "../data/augment.js";
import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import { openCorrection } from "../federated/client-controls.js";
import type { ClientState } from "../federated/client-states.js";
import { lossSum } from "../metrics/losses.js";
import { predictionsOf } from "../metrics/predictions.js";
import type { EpochResult, LocalTrainer } from "../training/local-trainer.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { privateSize, putPrivate, takePrivate } from "./private-tensors.js";

/** How clients train, the same for all of a run. */
export interface LocalTraining {
  /** Default plain SGD. */
  readonly optimizer?: OptimizerSpec;
  readonly augment?: AugmentOptions;
  /** See `LocalTrainOptions.balancedSoftmax`. */
  readonly balancedSoftmax?: boolean;
}

/** What all clients of a round share. */
export interface SharedRound {
  /** Counted from 1. */
  readonly round: number;
  readonly seed: number;
  readonly globalWeights: Float32Array;
  readonly broadcast: Readonly<Record<string, Float32Array>>;
}

export interface TrainClientOptions extends SharedRound {
  readonly trainer: LocalTrainer;
  readonly task: ClientTask;
  readonly samples: Samples;
  /** The client's share of the samples. */
  readonly indices: Uint32Array;
  readonly training: LocalTraining;
  /** What the client kept when it took part last. */
  readonly state: ClientState | undefined;
  /** Where the update's values go; default new memory. */
  readonly into?: Float32Array;
  readonly signal: AbortSignal;
  readonly onEpochEnd?: (epoch: EpochResult) => void;
}

export interface TrainedClient {
  readonly update: Update;
  /** What the client keeps; undefined if it keeps nothing. */
  readonly state: ClientState | undefined;
}

/** Whether a client's task reads or changes what it keeps. */
export function needsState(layout: WeightsLayout, { config }: ClientTask): boolean {
  return config.controlVariate === true || privateSize(layout) > 0;
}

/**
 * Trains one client: the same update for the same client, round, seed and weights, wherever it runs. Its private
 * tensors start from what it kept; the update has the global values in their place.
 */
export async function trainClient(options: TrainClientOptions): Promise<TrainedClient> {
  const { trainer, samples, indices, training, state, signal } = options;
  const { globalWeights, broadcast, seed, round } = options;
  const { clientId, config } = options.task;
  const { layout } = trainer;
  const weights = startingWeights(layout, globalWeights, state);
  const kept = config.controlVariate ? keptVector(state, "control", layout.size) : undefined;
  const correction = config.controlVariate ? openCorrection(layout, broadcast.control, kept) : undefined;
  const initialLoss = config.initialLoss
    ? await meanLoss(trainer, weights, { samples, indices, signal })
    : undefined;
  const { epochs, batchSize, learningRate, proximalMu } = config;
  const { into } = options;
  const trained = await trainer.train(weights, samples, {
    ...training,
    epochs,
    batchSize,
    learningRate,
    indices,
    ...(proximalMu === undefined ? {} : { proximalMu }),
    ...(correction ? { gradientCorrection: correction.values } : {}),
    randomFor: (purpose) => randomStream(seed, "client", clientId, round, purpose),
    signal,
    // Every round begins with fresh moments.
    keepOptimizerState: false,
    ...(into ? { into } : {}),
    ...(options.onEpochEnd ? { onEpochEnd: options.onEpochEnd } : {}),
  });
  const { numSamples, numSteps, loss, accuracy } = trained;
  const control = correction?.next({
    globalWeights: weights,
    weights: trained.weights,
    numSteps,
    learningRate,
  });
  const isPersonal = privateSize(layout) > 0;
  const personal = isPersonal ? { private: takePrivate(layout, trained.weights) } : {};
  if (isPersonal) putPrivate(layout, trained.weights, takePrivate(layout, globalWeights));
  return {
    update: {
      clientId,
      round,
      layout,
      form: "weights",
      values: trained.weights,
      numSamples,
      numSteps,
      metrics: {
        train_loss: loss,
        ...(Number.isNaN(accuracy) ? {} : { train_accuracy: accuracy }),
        ...(initialLoss === undefined ? {} : { initial_loss: initialLoss }),
      },
      ...(control && correction
        ? { vectors: { control: control.change }, startedFresh: correction.isFresh }
        : {}),
    },
    state:
      control || isPersonal
        ? { ...state, ...personal, ...(control ? { control: control.clientControl } : {}) }
        : undefined,
  };
}

/** The global weights with the client's own private tensors; the global weights themselves if it has none. */
export function startingWeights(
  layout: WeightsLayout,
  globalWeights: Float32Array,
  state: ClientState | undefined,
): Float32Array {
  const taken = keptVector(state, "private", privateSize(layout));
  if (!taken || taken.length === 0) return globalWeights;
  const weights = globalWeights.slice();
  putPrivate(layout, weights, taken);
  return weights;
}

/** Bytes of the float32 elements that go to a client or come back, without its private tensors. */
export function bytesOf(layout: WeightsLayout, vectors: Readonly<Record<string, Float32Array>> = {}): number {
  const shared = rangesOf(layout, "shared").reduce((sum, { start, end }) => sum + end - start, 0);
  return Object.values(vectors).reduce((sum, { byteLength }) => sum + byteLength, shared * 4);
}

function keptVector(state: ClientState | undefined, name: string, length: number): Float32Array | undefined {
  const vector = state?.[name];
  if (!vector || vector.length === length) return vector;
  throw new TrainerError(
    "invalid_checkpoint",
    `client state: ${name}: expected ${length} elements, got ${vector.length}`,
  );
}

async function meanLoss(
  trainer: LocalTrainer,
  weights: Float32Array,
  options: { samples: Samples; indices: Uint32Array; signal: AbortSignal },
): Promise<number> {
  const { samples, indices, signal } = options;
  const outputs = await trainer.predict(weights, samples, { indices, signal });
  const { loss, numOutputs } = trainer;
  return lossSum(predictionsOf(outputs, samples, { loss, numOutputs, indices })) / indices.length;
}
