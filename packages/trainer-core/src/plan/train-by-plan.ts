import type { Samples } from "../data/dataset.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { indicesOf } from "../training/check-samples.js";
import type { EpochResult, LocalResult, LocalTrainOptions } from "../training/local-trainer.js";
import type { OptimizerSpec } from "../training/optimizer-spec.js";
import { openEpochs } from "./epochs.js";
import { numMoments, type OptimizerPlaces, openOptimizerStep } from "./optimizer-step.js";
import { isPlain, openPlainStep } from "./plain-step.js";
import type { PlanMemory } from "./plan-memory.js";
import { requireTraining } from "./require-training.js";

/** A planned model. */
export interface PlanContext {
  readonly model: ResolvedModel;
  readonly plan: PlanMemory;
  /** Undefined as long as no one else need have a turn. */
  readonly takeTurns: () => Promise<void> | undefined;
}

export interface Training {
  readonly weights: Float32Array;
  readonly samples: Samples;
  readonly options: LocalTrainOptions;
}

/** Trains a planned model: see {@link import("../training/local-trainer.js").LocalTrainer}. */
export async function trainByPlan(context: PlanContext, training: Training): Promise<LocalResult> {
  const { model, plan } = context;
  const { samples, options } = training;
  const {
    optimizerState,
    keepOptimizerState = true,
    epochs,
    batchSize,
    learningRateAt,
    onEpochEnd,
  } = options;
  const spec = specOf(options);
  requireTraining(model, training, numMoments(spec));
  options.signal.throwIfAborted();
  const order = indicesOf(samples, options.indices);
  const places = placesOf(plan, options, spec);
  const program = plan.training(Math.max(1, Math.min(batchSize, order.length)), numVectors(places));
  fillVectors(context, training, places);
  const { kernels } = plan;
  const { moved, state } = program;
  const { proximalMu = 0 } = options;
  state.movesWeights = isPlain(spec, places);
  const step = state.movesWeights
    ? openPlainStep({ kernels, model, places, moved })
    : openOptimizerStep({ kernels, model, spec, places, proximalMu });
  const trainEpoch = openEpochs(context, training, { program, order, step });
  const numStepsBefore = optimizerState?.numSteps ?? 0;
  let last: EpochResult = { epoch: 0, learningRate: 0, loss: Number.NaN, accuracy: Number.NaN };
  let numSteps = 0;
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const learningRate = options.learningRate * (learningRateAt?.(epoch) ?? 1);
    const means = await trainEpoch(learningRate, numStepsBefore + numSteps);
    numSteps += Math.ceil(order.length / batchSize);
    last = { epoch, learningRate, ...means };
    onEpochEnd?.(last);
  }
  const viewOf = (address: number) =>
    plan.memory.float32.subarray(address / 4, address / 4 + model.layout.size);
  const trained = options.into ?? new Float32Array(model.layout.size);
  trained.set(viewOf(places.weights));
  return {
    weights: trained,
    numSamples: order.length,
    numSteps,
    loss: last.loss,
    accuracy: last.accuracy,
    optimizerState: {
      numSteps: numStepsBefore + numSteps,
      moments: keepOptimizerState ? places.moments.map((address) => viewOf(address).slice()) : [],
    },
  };
}

/** A correction is made for the steps of plain SGD. */
function specOf({ gradientCorrection, optimizer }: LocalTrainOptions): OptimizerSpec {
  return (gradientCorrection ? undefined : optimizer) ?? { name: "sgd" };
}

/** Where the flat vectors lie that this training needs. */
function placesOf(plan: PlanMemory, options: LocalTrainOptions, spec: OptimizerSpec): OptimizerPlaces {
  let n = 0;
  const next = () => {
    n += 1;
    return plan.vector(n - 1);
  };
  return {
    weights: next(),
    gradient: next(),
    moments: Array.from({ length: numMoments(spec) }, next),
    origin: (options.proximalMu ?? 0) > 0 ? next() : 0,
    correction: options.gradientCorrection ? next() : 0,
  };
}

function numVectors({ moments, origin, correction }: OptimizerPlaces): number {
  return 2 + moments.length + (origin ? 1 : 0) + (correction ? 1 : 0);
}

function fillVectors(
  { model, plan }: PlanContext,
  { weights, options }: Training,
  { moments, origin, correction, ...places }: OptimizerPlaces,
): void {
  const { float32 } = plan.memory;
  const { size } = model.layout;
  float32.set(weights, places.weights / 4);
  for (const [i, address] of moments.entries()) {
    const known = options.optimizerState?.moments[i];
    if (known) float32.set(known, address / 4);
    else float32.fill(0, address / 4, address / 4 + size);
  }
  if (origin) float32.set(weights, origin / 4);
  if (options.gradientCorrection) float32.set(options.gradientCorrection, correction / 4);
}
