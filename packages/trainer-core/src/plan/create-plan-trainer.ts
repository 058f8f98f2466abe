import type { CompiledMatrixKernels } from "@fedloom/kernels";
import { TrainerError } from "../errors.js";
import { initialWeights } from "../models/initial-weights.js";
import type { ModelSpec } from "../models/model-spec.js";
import { asResolved, type ResolvedModel } from "../models/resolve-model.js";
import type { LocalTrainer } from "../training/local-trainer.js";
import { openTurns } from "../training/next-turn.js";
import { openPlanMemory } from "./plan-memory.js";
import { predictByPlan } from "./predict-by-plan.js";
import { trainByPlan } from "./train-by-plan.js";

export interface PlanTrainerOptions {
  /** From `compileMatrixKernels`, so that a worker need not compile them again. */
  readonly kernels?: CompiledMatrixKernels;
}

/**
 * Compiles a model to one plan of kernel calls over one WebAssembly memory: batches are gathered where the first kernel
 * reads them, weights and gradients are each one flat vector that kernels and optimizers work on in place.
 *
 * Throws TrainerError `invalid_model`, or `engine_unavailable` where WebAssembly has no SIMD.
 */
export function createPlanTrainer(
  model: ModelSpec | ResolvedModel,
  options: PlanTrainerOptions = {},
): LocalTrainer {
  const resolved = asResolved(model);
  const plan = openPlanMemory(resolved, options.kernels);
  const context = { model: resolved, plan, takeTurns: openTurns() };
  let isBusy = false;

  /** Two at once would write over each other's weights without a word. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    if (isBusy)
      throw new TrainerError("invalid_option", "trainer: expected one call at a time, got a second");
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  }

  return {
    engine: `wasm (${plan.kernels.variant}, planned)`,
    layout: resolved.layout,
    loss: resolved.loss,
    numOutputs: resolved.numOutputs,
    initialWeights: (seed) => initialWeights(resolved, seed),
    train: (weights, samples, options) => alone(() => trainByPlan(context, { weights, samples, options })),
    predict: (weights, samples, options = {}) =>
      alone(() => predictByPlan(context, { weights, samples, options })),
    // The memory is the collector's: nothing outside of it is held.
    [Symbol.dispose]: () => undefined,
  };
}
