import type { MatrixKernels } from "@fedloom/kernels";
import type { ResolvedModel } from "../models/resolve-model.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";

/** Moves the weights along their gradient; steps are counted from 1, over all calls. */
export type OptimizerStep = (learningRate: number, step: number) => void;

/** Addresses of vectors as long as the layout; 0 for those that are not used. */
export interface OptimizerPlaces {
  readonly weights: number;
  readonly gradient: number;
  readonly moments: readonly number[];
  /** Weights that the proximal term pulls to. */
  readonly origin: number;
  readonly correction: number;
}

export interface OptimizerStepOptions {
  readonly kernels: MatrixKernels;
  readonly model: ResolvedModel;
  readonly spec: OptimizerSpec;
  readonly places: OptimizerPlaces;
  readonly proximalMu: number;
}

/** How many vectors an optimizer remembers. */
export function numMoments(spec: OptimizerSpec): number {
  if (spec.name === "adam") return 2;
  return (spec.momentum ?? 0) === 0 ? 0 : 1;
}

/** Opens an optimizer that passes once over all weights that are trained, whatever tensors they make up. */
export function openOptimizerStep(options: OptimizerStepOptions): OptimizerStep {
  const { kernels, spec, places, proximalMu } = options;
  const { weights, gradient, origin, correction } = places;
  const update = spec.name === "adam" ? adam(options, spec) : sgd(options, spec);
  const ranges = trainedRanges(options.model);
  const hasTerms = origin !== 0 || correction !== 0;
  return (learningRate, step) => {
    for (let i = 0; i < ranges.length; i += 2) {
      const offset = 4 * (ranges[i] as number);
      const size = ranges[i + 1] as number;
      if (hasTerms) {
        kernels.addGradientTerms(
          gradient + offset,
          weights + offset,
          origin && origin + offset,
          correction && correction + offset,
          size,
          proximalMu,
        );
      }
      update(offset, size, learningRate, step);
    }
  };
}

/** Updates `size` weights from a byte offset on. */
type Update = (offset: number, size: number, learningRate: number, step: number) => void;

function sgd(
  { kernels, places }: OptimizerStepOptions,
  spec: Extract<OptimizerSpec, { name: "sgd" }>,
): Update {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = spec;
  const { weights, gradient, moments } = places;
  const [velocity] = moments;
  if (velocity === undefined) {
    return (at, size, rate) => kernels.sgd(weights + at, gradient + at, size, rate, weightDecay);
  }
  return (at, size, rate) =>
    kernels.momentumSgd(
      weights + at,
      gradient + at,
      velocity + at,
      size,
      rate,
      momentum,
      nesterov,
      weightDecay,
    );
}

function adam(
  { kernels, places }: OptimizerStepOptions,
  spec: Extract<OptimizerSpec, { name: "adam" }>,
): Update {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = spec;
  const { weights, gradient, moments } = places;
  const [first = 0, second = 0] = moments;
  return (at, size, rate, step) =>
    kernels.adam(
      weights + at,
      gradient + at,
      first + at,
      second + at,
      size,
      rate / (1 - beta1 ** step),
      1 / Math.sqrt(1 - beta2 ** step),
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      epsilon,
      rate * weightDecay,
    );
}

/** Offset and size, offset and size, … of the weights that are trained and not yet moved, neighbours as one. */
export function trainedRanges(
  { weights, layout }: ResolvedModel,
  moved: ReadonlySet<number> = new Set(),
): Uint32Array {
  const ranges: number[] = [];
  for (const [i, { trainable }] of weights.entries()) {
    const { offset = 0, size = 0 } = layout.tensors[i] ?? {};
    const last = ranges.length - 2;
    if (!trainable || moved.has(4 * offset)) continue;
    if (last >= 0 && (ranges[last] as number) + (ranges[last + 1] as number) === offset) {
      ranges[last + 1] = (ranges[last + 1] as number) + size;
    } else {
      ranges.push(offset, size);
    }
  }
  return Uint32Array.from(ranges);
}
