import type { AugmentOptions } from "../data/augment.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import type { Loss, ModelSpec } from "./model-spec.js";

/** What a model is made for. */
export interface ModelInput {
  /** Of one sample: `[features]`, or height, width and channels. */
  readonly sampleShape: readonly number[];
  /** Classes, labels or numbers to predict. */
  readonly numOutputs: number;
  /** Default `softmaxCrossEntropy`. */
  readonly loss?: Loss;
}

/** Settings that a model trains well with. */
export interface RecommendedSettings {
  /** Passes over a client's samples in a round. */
  readonly localEpochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** For steps of plain SGD, which some strategies need, where `optimizer` is another; default `learningRate`. */
  readonly plainLearningRate?: number;
  readonly optimizer: OptimizerSpec;
  /** Default none. */
  readonly augment?: AugmentOptions;
  /** See `LocalTrainOptions`; default false. */
  readonly balancedSoftmax?: boolean;
}

/** A model that is known by name. */
export interface ModelDefinition {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /**
   * The model for these samples, as plain data.
   * @throws TrainerError `invalid_model` if it cannot take them: names the model, what was expected and what came.
   */
  build(input: ModelInput): ModelSpec;
  readonly recommended: RecommendedSettings;
}
