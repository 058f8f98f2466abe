import type { WeightsLayout } from "@fedloom/fl-strategy";
import type { Scalar, Tensor, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import type { Loss } from "../models/model-spec.js";

/** How a network is run. */
export interface Pass {
  /** Batch norm takes the batch's moments and moves its own, and dropout drops. */
  readonly training: boolean;
  /** 32 bits that decide what dropout drops in this pass. */
  readonly dropoutKey: number;
}

/** A model as TensorFlow.js variables and what computes with them. */
export interface Network extends Disposable {
  /** Of one sample. */
  readonly inputShape: readonly number[];
  readonly numOutputs: number;
  readonly loss: Loss;
  readonly layout: WeightsLayout;
  /** In the layout's order. */
  readonly variables: readonly Variable[];
  /** Whether an optimizer may touch it, for each variable. */
  readonly isTrainable: readonly boolean[];
  initialWeights(seed: number): Float32Array;
  /** Logits (or numbers), one row a sample. Differentiable. */
  run(x: Tensor, pass: Pass): Tensor2D;
  /** What regularizers add to the loss; absent where there is none. Differentiable. */
  penalty?(): Scalar;
}
