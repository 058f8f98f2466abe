import {
  type CompiledMatrixKernels,
  createMatrixMemory,
  type MatrixKernels,
  type MatrixMemory,
  openMatrixKernels,
} from "@fedloom/kernels";
import { TrainerError } from "../errors.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { align } from "./arena.js";
import {
  compilePrediction,
  compileTraining,
  type Program,
  type ProgramOptions,
  type TrainingProgram,
} from "./program.js";

/** One memory with a model's flat vectors at its beginning, and a program in what follows them. */
export interface PlanMemory {
  readonly kernels: MatrixKernels;
  readonly memory: MatrixMemory;
  /** Address of the n-th vector as long as the layout: weights, gradient, then what else training needs. */
  vector(n: number): number;
  /** The program that trains batches of up to `capacity`, behind so many vectors; compiled where it is another one. */
  training(capacity: number, numVectors: number): TrainingProgram;
  prediction(): Program;
}

/**
 * Samples at once when nothing is learned from them; fewer where they would not leave room for others. Always the same
 * for a model, so that what is predicted for a sample does not depend on how many others there are.
 */
const PREDICTION_BATCH = 256;
const PREDICTION_BYTES = 96 * 2 ** 20;

/** Opens the memory; throws TrainerError `engine_unavailable` where there is no WebAssembly with SIMD. */
export function openPlanMemory(model: ResolvedModel, compiled?: CompiledMatrixKernels): PlanMemory {
  const memory = createMatrixMemory();
  const kernels = startKernels(memory, compiled);
  const base = memory.allocate(0);
  const stride = align(4 * model.layout.size);
  const vector = (n: number) => base + n * stride;
  let top = base;
  let training: { readonly program: TrainingProgram; readonly start: number } | undefined;
  let prediction: Program | undefined;

  const optionsFor = (capacity: number, numVectors: number): ProgramOptions => ({
    kernels,
    model,
    capacity,
    weights: vector(0),
    gradient: vector(1),
    start: vector(numVectors),
  });

  function reserve<T extends Program>(program: T): T {
    const { end, capacity } = program;
    if (end <= top) return program;
    try {
      memory.allocate(end - top);
    } catch (cause) {
      const needed = `${Math.ceil(end / 2 ** 20)} MiB`;
      throw new TrainerError(
        "invalid_option",
        `batchSize: expected a batch that fits in WebAssembly's memory, got ${capacity} samples, which need ${needed}`,
        { cause },
      );
    }
    top = end;
    return program;
  }

  return {
    kernels,
    memory,
    vector,
    training(capacity, numVectors) {
      const start = vector(numVectors);
      if (!training || training.start !== start || training.program.capacity < capacity) {
        training = { program: reserve(compileTraining(optionsFor(capacity, numVectors))), start };
      }
      return training.program;
    },
    prediction() {
      if (prediction) return prediction;
      let capacity = PREDICTION_BATCH;
      // No gradient here: what is computed may lie over everything but the weights.
      let program = compilePrediction(optionsFor(capacity, 1));
      while (program.end > PREDICTION_BYTES && capacity > 1) {
        capacity /= 2;
        program = compilePrediction(optionsFor(capacity, 1));
      }
      prediction = reserve(program);
      return prediction;
    },
  };
}

function startKernels({ memory }: MatrixMemory, compiled?: CompiledMatrixKernels): MatrixKernels {
  try {
    return openMatrixKernels(memory, compiled);
  } catch (cause) {
    throw new TrainerError("engine_unavailable", "plan: expected WebAssembly with SIMD, got none that runs", {
      cause,
    });
  }
}
