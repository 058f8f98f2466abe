import { randomStream } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import type { LocalTrainer } from "./local-trainer.js";

export interface MeasureOptions {
  /** Of one sample. */
  readonly inputShape: readonly number[];
  /** About how long to measure, after one step to get warm. */
  readonly forMs: number;
}

const BATCH = 32;

/** Samples a second that a trainer trains in batches of 32, on zeros; its model ends up with its first weights. */
export async function measureSpeed(
  trainer: LocalTrainer,
  { inputShape, forMs }: MeasureOptions,
): Promise<number> {
  const samples = zeros(trainer, inputShape);
  const weights = trainer.initialWeights(0);
  const step = () =>
    trainer.train(weights, samples, {
      epochs: 1,
      batchSize: BATCH,
      learningRate: 0,
      randomFor: (purpose) => randomStream(0, purpose),
      signal: new AbortController().signal,
    });
  await step();
  const start = performance.now();
  let numSteps = 0;
  do {
    await step();
    numSteps += 1;
  } while (performance.now() - start < forMs);
  const speed = (1000 * BATCH * numSteps) / (performance.now() - start);
  // A user's own model gets its weights back, the moments of its batch norms too.
  await trainer.predict(weights, samples, { indices: Uint32Array.of(0) });
  return speed;
}

function zeros({ loss, numOutputs }: LocalTrainer, inputShape: readonly number[]): Samples {
  const sampleSize = inputShape.reduce((product, size) => product * size, 1);
  return {
    numSamples: BATCH,
    features: new Float32Array(BATCH * sampleSize),
    labels: new Uint8Array(BATCH),
    ...(loss === "softmaxCrossEntropy" ? {} : { targets: new Float32Array(BATCH * numOutputs) }),
  };
}
