import { TrainerError } from "../errors.js";
import type { Foreman } from "./foreman.js";
import type { Job } from "./job-call.js";

/** Chunks are multiples of it, so that batches, and with them rounding, are those of one worker alone. */
const BATCH = 256;

export interface PredictChunksOptions {
  readonly numWorkers: number;
  readonly numOutputs: number;
  /** In shared memory. */
  readonly globalWeights: Float32Array;
  readonly split: "val" | "test";
  readonly numSamples: number;
  readonly signal: AbortSignal;
}

/**
 * Predicts a split with all workers.
 * @throws TrainerError if a worker fails; the signal's reason when it is aborted.
 */
export async function predictChunks(foreman: Foreman, options: PredictChunksOptions): Promise<Float32Array> {
  const { numWorkers, numOutputs, globalWeights, split, numSamples, signal } = options;
  const outputs = new Float32Array(new SharedArrayBuffer(numSamples * numOutputs * 4));
  const jobs: Job[] = [];
  const size = Math.ceil(numSamples / BATCH / (2 * numWorkers)) * BATCH;
  for (let start = 0; start < numSamples; start += size) {
    const end = Math.min(start + size, numSamples);
    const chunk = { kind: "predict" as const, globalWeights, split, start, end, outputs };
    jobs.push({ order: (at) => () => ({ ...at, ...chunk }) });
  }
  for await (const event of foreman.run(jobs, { signal, isUrgent: true })) {
    if (event.kind === "failed") {
      throw new TrainerError("engine_unavailable", `predict: ${event.error}`);
    }
  }
  signal.throwIfAborted();
  return Float32Array.from(outputs);
}
