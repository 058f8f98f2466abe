import { TrainerError } from "../errors.js";
import type { Crew } from "./crew.js";
import { type Job, type RunJobsOptions, runJobs } from "./run-jobs.js";

/** Chunks are multiples of it, so that batches, and with them rounding, are those of one worker alone. */
const BATCH = 256;

export interface PredictChunksOptions extends RunJobsOptions {
  readonly split: "val" | "test";
  readonly numSamples: number;
}

/**
 * Predicts a split with all workers, by the weights that they share.
 * @throws TrainerError if a worker fails; the signal's reason when it is aborted.
 */
export async function predictChunks(crew: Crew, options: PredictChunksOptions): Promise<Float32Array> {
  const { split, numSamples, signal } = options;
  const { numOutputs } = crew.ready;
  const outputs = new Float32Array(new SharedArrayBuffer(numSamples * numOutputs * 4));
  const jobs: Job[] = [];
  const size = Math.ceil(numSamples / BATCH / (2 * crew.size)) * BATCH;
  for (let start = 0; start < numSamples; start += size) {
    const end = Math.min(start + size, numSamples);
    jobs.push({ order: (at) => ({ ...at, kind: "predict", split, start, end, outputs }) });
  }
  for await (const event of runJobs(crew, jobs, options)) {
    if (event.kind === "failed") {
      throw new TrainerError("engine_unavailable", `predict: ${event.error}`);
    }
  }
  signal.throwIfAborted();
  return Float32Array.from(outputs);
}
