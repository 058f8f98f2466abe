import type { RandomStream, WeightsLayout } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";

export interface LocalTrainOptions {
  /** Passes over the samples. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Adds mu (w - x) to the gradient at w, with x the weights at the start; the loss is reported without it. */
  readonly proximalMu?: number;
  /**
   * Added to every gradient, one float32 per element of the layout, such as SCAFFOLD's c - c_k. Steps are those of plain
   * SGD then, which the correction is made for, whatever optimizer the model recommends.
   */
  readonly gradientCorrection?: Float32Array;
  /** The order of the samples and their augmentation come from it. */
  readonly random: RandomStream;
  readonly signal: AbortSignal;
  readonly onEpochEnd?: (epoch: EpochResult) => void;
}

export interface EpochResult {
  /** Counted from 1. */
  readonly epoch: number;
  /** Means over the epoch's samples, each as it was when its batch was trained. */
  readonly loss: number;
  readonly accuracy: number;
}

export interface LocalResult {
  /** New memory, one float32 per element of the layout. */
  readonly weights: Float32Array;
  readonly numSamples: number;
  /** Optimizer steps taken. */
  readonly numSteps: number;
  /** Of the last epoch. */
  readonly loss: number;
  readonly accuracy: number;
}

/** One model in memory that trains and evaluates any weights of its layout, one call at a time. */
export interface LocalTrainer extends Disposable {
  readonly layout: WeightsLayout;
  /** New weights; equal seeds give equal ones. */
  initialWeights(seed: number): Float32Array;
  /** Trains from `weights`, which are not written to. Rejects with the signal's reason when it is aborted. */
  train(weights: Float32Array, samples: Samples, options: LocalTrainOptions): Promise<LocalResult>;
  /** Metrics of `weights` on samples: see `classificationMetrics`. */
  evaluate(weights: Float32Array, samples: Samples, signal?: AbortSignal): Promise<Record<string, number>>;
}
