import { classPrior } from "../training/class-prior.js";
import { mix32 } from "./dropout.js";
import { openAnswers, openGather } from "./gather.js";
import type { OptimizerStep } from "./optimizer-step.js";
import type { TrainingProgram } from "./program.js";
import type { PlanContext, Training } from "./train-by-plan.js";

export interface EpochsOptions {
  readonly program: TrainingProgram;
  /** The samples in the order that every epoch's shuffling begins with. */
  readonly order: Uint32Array;
  readonly step: OptimizerStep;
}

/** One pass over the samples; `numStepsBefore` counts all that the optimizer has ever taken. */
export type TrainEpoch = (
  learningRate: number,
  numStepsBefore: number,
) => Promise<{ readonly loss: number; readonly accuracy: number }>;

/** Makes all ready that epochs share; rejects with the signal's reason when it is aborted. */
export function openEpochs(
  { model, plan, takeTurns }: PlanContext,
  { samples, options }: Training,
  { program, order, step }: EpochsOptions,
): TrainEpoch {
  const { kernels, memory } = plan;
  const { steps, state, answers, totals } = program;
  const { batchSize, augment, signal, randomFor, balancedSoftmax = false } = options;
  const { loss, numOutputs, inputShape } = model;
  const shuffle = randomFor("shuffle");
  const dropout = randomFor("dropout");
  const gather = openGather(samples, {
    memory,
    kernels,
    program,
    sampleShape: inputShape,
    ...(augment ? { variation: { options: augment, random: randomFor("augment") } } : {}),
  });
  const numTargets = loss === "softmaxCrossEntropy" ? 0 : numOutputs;
  const gatherAnswers = openAnswers(samples, { memory, address: answers, numTargets });
  state.usesPrior = balancedSoftmax;
  if (balancedSoftmax) {
    memory.float32.set(classPrior(samples.labels, numOutputs, options.indices), program.prior / 4);
  }
  const sums = new Float64Array(memory.memory.buffer, totals, 2);
  const shuffled = order.slice();

  return async (learningRate, numStepsBefore) => {
    shuffled.set(order);
    shuffle.shuffle(shuffled);
    const key = dropout.integer(2 ** 32);
    sums.fill(0);
    state.factor = state.movesWeights ? -learningRate : 1;
    let taken = numStepsBefore;
    for (let start = 0; start < shuffled.length; start += batchSize) {
      const turn = takeTurns();
      if (turn) await turn;
      signal.throwIfAborted();
      const count = Math.min(batchSize, shuffled.length - start);
      gather(shuffled, start, count);
      gatherAnswers(shuffled, start, count);
      taken += 1;
      state.dropoutKey = mix32(key, taken);
      for (let i = 0; i < steps.length; i += 1) steps[i]?.(count);
      step(learningRate, taken);
    }
    const [loss = 0, right = 0] = sums;
    return { loss: loss / shuffled.length, accuracy: right / shuffled.length };
  };
}
