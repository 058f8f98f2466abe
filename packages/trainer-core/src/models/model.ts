import type { Optimizer } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What a model is made for. */
export interface ModelInput {
  /** Height, width, channels. */
  readonly sampleShape: readonly [number, number, number];
  readonly numClasses: number;
  /** Of the initial weights. */
  readonly seed: number;
}

/** A named model with the settings it trains well with. */
export interface ModelDefinition {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Builds the network; its output is one logit per class. */
  build(input: ModelInput): LayersModel;
  /** The clients' optimizer; each round starts with a fresh one. */
  createOptimizer(learningRate: number): Optimizer;
  /** Most pixels by which a training image is moved at random, each way; 0 takes images as they are. */
  readonly maxShift: number;
  readonly recommended: {
    readonly localEpochs: number;
    readonly batchSize: number;
    readonly learningRate: number;
  };
}
