import type { RandomStream, WeightsLayout } from "@fedloom/fl-strategy";
import type { AugmentOptions } from "../data/augment.js";
import type { Samples } from "../data/dataset.js";
import type { Loss } from "../models/model-spec.js";
import type { OptimizerSpec } from "./optimizer-spec.js";

export interface LocalTrainOptions {
  /** Passes over the samples. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Factor on the learning rate for each epoch, counted from 1; default always 1. */
  readonly learningRateAt?: (epoch: number) => number;
  /** Default plain SGD. */
  readonly optimizer?: OptimizerSpec;
  /** Moments of an earlier call, so that training goes on as if it had never stopped; default fresh ones. */
  readonly optimizerState?: OptimizerState;
  /** `false` leaves the moments out of the result, which saves their copies; default true. */
  readonly keepOptimizerState?: boolean;
  /** Which of the samples to train on; default all. */
  readonly indices?: Uint32Array;
  /** How images are varied; default not at all. */
  readonly augment?: AugmentOptions;
  /**
   * Adds the logarithms of the classes' shares among the samples to the logits while training, so that a client of few
   * classes does not unlearn the others (Ren et al., "Balanced Meta-Softmax", 2020, eq. 4). Default false; softmax
   * cross entropy only.
   */
  readonly balancedSoftmax?: boolean;
  /** Adds mu (w - x) to the gradient at w, with x the weights at the start; the loss is reported without it. */
  readonly proximalMu?: number;
  /**
   * Added to every gradient, one float32 per element of the layout, such as SCAFFOLD's c - c_k. Steps are those of plain
   * SGD then, which the correction is made for, whatever optimizer is asked for.
   */
  readonly gradientCorrection?: Float32Array;
  /** Order of the samples, augmentation and dropout come from streams of their own, opened with this. */
  readonly randomFor: (purpose: "shuffle" | "augment" | "dropout") => RandomStream;
  /** Where the trained weights go, such as memory that others share; default new memory. */
  readonly into?: Float32Array;
  readonly signal: AbortSignal;
  readonly onEpochEnd?: (epoch: EpochResult) => void;
}

/** What an optimizer remembers between steps. */
export interface OptimizerState {
  readonly numSteps: number;
  /** One vector for each moment, one float32 per element of the layout. */
  readonly moments: readonly Float32Array[];
}

export interface EpochResult {
  /** Counted from 1. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Means over the epoch's samples, each as it was when its batch was trained. */
  readonly loss: number;
  /** Share of right answers; NaN where there are no classes. */
  readonly accuracy: number;
}

export interface LocalResult {
  /** One float32 per element of the layout; the caller's own, not written again. In `into` where that was given. */
  readonly weights: Float32Array;
  readonly numSamples: number;
  /** Optimizer steps taken in this call. */
  readonly numSteps: number;
  /** Of the last epoch. */
  readonly loss: number;
  readonly accuracy: number;
  readonly optimizerState: OptimizerState;
}

export interface PredictOptions {
  /** Which of the samples; default all. */
  readonly indices?: Uint32Array;
  readonly signal?: AbortSignal;
}

/** One model in memory that trains and evaluates any weights of its layout, one call at a time. */
export interface LocalTrainer extends Disposable {
  /** The engine at work, and how: for people, such as `wasm (relaxed SIMD, planned)`. */
  readonly engine: string;
  readonly layout: WeightsLayout;
  readonly loss: Loss;
  readonly numOutputs: number;
  /** New weights; equal seeds give equal ones. */
  initialWeights(seed: number): Float32Array;
  /**
   * Trains from `weights`, which are not written to. Gives way to messages and timers every few milliseconds.
   * Rejects with the signal's reason when it is aborted, within the batch.
   */
  train(weights: Float32Array, samples: Samples, options: LocalTrainOptions): Promise<LocalResult>;
  /**
   * Outputs of the model, numSamples x numOutputs: probabilities for the cross entropies, numbers for squared error.
   * Batch norm uses its moving moments and dropout does nothing.
   */
  predict(weights: Float32Array, samples: Samples, options?: PredictOptions): Promise<Float32Array>;
}
