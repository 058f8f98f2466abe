import type { MatrixKernels } from "@fedloom/kernels";
import type { ResolvedModel } from "../models/resolve-model.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { numMoments, type OptimizerPlaces, type OptimizerStep, trainedRanges } from "./optimizer-step.js";

export interface PlainStepOptions {
  readonly kernels: MatrixKernels;
  readonly model: ResolvedModel;
  readonly places: OptimizerPlaces;
  /** Tensors that the plan has moved already, by their place in the layout in bytes. */
  readonly moved: ReadonlySet<number>;
}

/** Whether a step is w -= lr (g + correction) and no more, so that -lr g can be added to the weights as it comes. */
export function isPlain(spec: OptimizerSpec, { origin }: OptimizerPlaces): boolean {
  return spec.name === "sgd" && origin === 0 && numMoments(spec) === 0 && (spec.weightDecay ?? 0) === 0;
}

/** Opens what is left of a plain step behind a plan whose gradients are -lr g, and which has added most of them itself. */
export function openPlainStep({ kernels, model, places, moved }: PlainStepOptions): OptimizerStep {
  const { weights, gradient, correction } = places;
  const all = trainedRanges(model);
  const rest = trainedRanges(model, moved);
  const subtract = (ranges: Uint32Array, vector: number, factor: number) => {
    for (let i = 0; i < ranges.length; i += 2) {
      const offset = 4 * (ranges[i] as number);
      kernels.sgd(weights + offset, vector + offset, ranges[i + 1] as number, factor, 0);
    }
  };
  return (learningRate) => {
    subtract(rest, gradient, -1);
    if (correction) subtract(all, correction, learningRate);
  };
}
