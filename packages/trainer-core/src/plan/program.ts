import type { MatrixKernels } from "@fedloom/kernels";
import type { ResolvedModel } from "../models/resolve-model.js";
import { compileSequence } from "./compile-layers.js";
import { openPlanBuilder, type PlanState, type Step } from "./plan-builder.js";

/** Addresses of the flat vectors, each as long as the model's layout. */
export interface VectorPlaces {
  readonly weights: number;
  readonly gradient: number;
}

export interface ProgramOptions extends VectorPlaces {
  readonly kernels: MatrixKernels;
  readonly model: ResolvedModel;
  /** Samples of the largest batch. */
  readonly capacity: number;
  /** Where free memory begins. */
  readonly start: number;
}

/** A model's kernel calls, one after the other, with the places of what goes in and comes out. */
export interface Program {
  readonly capacity: number;
  readonly steps: readonly Step[];
  /** Address of the batch, float32. */
  readonly input: number;
  /** Address for a batch of bytes that are to become the input. */
  readonly staging: number;
  /** Address of the last layer's result; for a predicting program probabilities or numbers. */
  readonly output: number;
  /** First byte after the program's memory. */
  readonly end: number;
}

export interface TrainingProgram extends Program {
  /** Address of the batch's int32 labels, or float32 targets. */
  readonly answers: number;
  /** Address of a float32 for each class. */
  readonly prior: number;
  /** Address of two float64 that every batch adds to: sum of losses, number of right answers. */
  readonly totals: number;
  readonly state: PlanState;
  /** Places in the layout, in bytes, of the tensors that the steps themselves move where `state.movesWeights` is set. */
  readonly moved: ReadonlySet<number>;
}

/** Compiles the steps from a batch to its gradient; the optimizer is not among them. */
export function compileTraining(options: ProgramOptions): TrainingProgram {
  const { kernels, model, capacity } = options;
  const { numOutputs } = model;
  const plan = openPlanBuilder({ ...options, isTraining: true });
  const { state } = plan;
  const size = sizeOf(model);
  const input = plan.values(size);
  const staging = plan.keep(size * capacity);
  const answers = plan.keep(4 * numOutputs * capacity);
  const prior = plan.keep(4 * numOutputs);
  const totals = plan.keep(16);
  const layers = compileSequence(plan, model.layers, input);
  const logits = layers.output.address;
  const gradient = plan.values(numOutputs);
  const dy = gradient.address;
  if (model.loss === "softmaxCrossEntropy") {
    plan.add((n) => {
      const added = state.usesPrior ? prior : 0;
      kernels.softmaxCrossEntropy(dy, logits, answers, added, totals, n, numOutputs, state.factor / n);
    });
  } else {
    const loss =
      model.loss === "sigmoidCrossEntropy" ? kernels.sigmoidCrossEntropy : kernels.meanSquaredError;
    plan.add((n) => loss(dy, logits, answers, totals, n, numOutputs, state.factor / n));
  }
  layers.backward(gradient, false);
  const { steps, moved, end } = plan;
  return {
    capacity,
    steps,
    moved,
    input: input.address,
    staging,
    output: logits,
    answers,
    prior,
    totals,
    state,
    end,
  };
}

/** Compiles the steps from a batch to the model's answers. */
export function compilePrediction(options: ProgramOptions): Program {
  const { kernels, model, capacity } = options;
  const { numOutputs, loss } = model;
  const plan = openPlanBuilder({ ...options, isTraining: false });
  const size = sizeOf(model);
  const input = plan.values(size);
  const staging = plan.keep(size * capacity);
  const { output } = compileSequence(plan, model.layers, input);
  const logits = output.address;
  const answers = plan.values(numOutputs).address;
  if (loss === "softmaxCrossEntropy") plan.add((n) => kernels.softmax(answers, logits, n, numOutputs));
  else
    plan.add((n) =>
      kernels.activate(answers, logits, n * numOutputs, loss === "sigmoidCrossEntropy" ? 8 : 0),
    );
  const { steps, end } = plan;
  return { capacity, steps, input: input.address, staging, output: answers, end };
}

/** Values of one sample. */
export function sizeOf({ inputShape }: ResolvedModel): number {
  return inputShape.reduce((product, size) => product * size, 1);
}
