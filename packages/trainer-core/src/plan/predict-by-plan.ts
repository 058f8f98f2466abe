import type { Samples } from "../data/dataset.js";
import { indicesOf, requireSamples } from "../training/check-samples.js";
import type { PredictOptions } from "../training/local-trainer.js";
import { openGather } from "./gather.js";
import { requireSize } from "./require-training.js";
import type { PlanContext } from "./train-by-plan.js";

export interface Prediction {
  readonly weights: Float32Array;
  readonly samples: Samples;
  readonly options: PredictOptions;
}

/** What a planned model says to samples: see {@link import("../training/local-trainer.js").LocalTrainer}. */
export async function predictByPlan(
  { model, plan, takeTurns }: PlanContext,
  { weights, samples, options }: Prediction,
): Promise<Float32Array> {
  const { indices, signal } = options;
  const { numOutputs, inputShape } = model;
  requireSamples(samples, model, indices);
  requireSize("weights", weights, model);
  const { kernels, memory } = plan;
  const program = plan.prediction();
  memory.float32.set(weights, plan.vector(0) / 4);
  const gather = openGather(samples, { memory, kernels, program, sampleShape: inputShape });
  const order = indicesOf(samples, indices);
  const predictions = new Float32Array(order.length * numOutputs);
  const first = program.output / 4;
  for (let start = 0; start < order.length; start += program.capacity) {
    const turn = takeTurns();
    if (turn) await turn;
    signal?.throwIfAborted();
    const count = Math.min(program.capacity, order.length - start);
    gather(order, start, count);
    for (const step of program.steps) step(count);
    const rows = memory.float32.subarray(first, first + count * numOutputs);
    predictions.set(rows, start * numOutputs);
  }
  return predictions;
}
