import type { RandomStream } from "@fedloom/fl-strategy";
import { type AugmentOptions, augmentImage } from "../data/augment.js";
import type { Samples } from "../data/dataset.js";
import { openRows } from "../data/sample-values.js";

/** What a batch's samples should give. */
export interface Answers {
  readonly labels: Int32Array;
  /** Rows of as many numbers as the model has outputs; undefined for classes. */
  readonly targets?: Float32Array;
}

/** A part of an epoch; its arrays are written again by the next batch. */
export interface Batch extends Answers {
  readonly size: number;
  /** One sample after the other. */
  readonly features: Float32Array;
}

export interface BatchesOptions {
  /** Which samples, in which order. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  /** Of one sample. */
  readonly sampleShape: readonly number[];
  /** Numbers to predict for each sample; 0 for classes. */
  readonly numTargets: number;
  readonly variation?: { readonly options: AugmentOptions; readonly random: RandomStream };
}

/** The samples in batches, the last one possibly smaller; bytes become 255ths. */
export function* batches(samples: Samples, options: BatchesOptions): Generator<Batch, void, undefined> {
  const { order, batchSize, sampleShape, numTargets, variation } = options;
  const sampleSize = sampleShape.reduce((product, size) => product * size, 1);
  const most = Math.min(batchSize, order.length);
  const features = new Float32Array(most * sampleSize);
  const scratch = new Float32Array(variation ? sampleSize : 0);
  const labels = new Int32Array(most);
  const targets = new Float32Array(most * numTargets);
  const copy = openRows(samples.features, sampleSize);
  for (let start = 0; start < order.length; start += batchSize) {
    const size = Math.min(batchSize, order.length - start);
    for (let i = 0; i < size; i += 1) {
      const from = order[start + i] as number;
      const place = features.subarray(i * sampleSize, (i + 1) * sampleSize);
      copy(place, from);
      if (variation) augmentImage(place, scratch, { sampleShape, ...variation });
      labels[i] = samples.labels[from] as number;
      if (numTargets > 0) targets.set(targetsAt(samples, from, numTargets), i * numTargets);
    }
    yield {
      size,
      features: features.subarray(0, size * sampleSize),
      labels: labels.subarray(0, size),
      ...(numTargets > 0 ? { targets: targets.subarray(0, size * numTargets) } : {}),
    };
  }
}

/** Without numbers to predict, the class is the one number. */
function targetsAt({ targets, labels }: Samples, index: number, numTargets: number): ArrayLike<number> {
  if (!targets) return labels.subarray(index, index + 1);
  return targets.subarray(index * numTargets, (index + 1) * numTargets);
}
