import type { RandomStream } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import { shiftImage } from "./shift-image.js";
import { standardizeImage } from "./standardize-image.js";

/** A part of an epoch; its arrays are written again by the next batch. */
export interface Batch {
  readonly size: number;
  /** Standardized images, one after the other. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

export interface BatchesOptions {
  readonly batchSize: number;
  readonly sampleShape: readonly [number, number, number];
  /** How samples are shuffled and images moved; without it they keep their order and place. */
  readonly variation?: { readonly random: RandomStream; readonly maxShift: number };
}

/** One epoch in batches: every sample once, the last batch possibly smaller. */
export function* batches(samples: Samples, options: BatchesOptions): Generator<Batch, void, undefined> {
  const { batchSize, sampleShape, variation } = options;
  const [height, width, channels] = sampleShape;
  const sampleSize = height * width * channels;
  const order = Uint32Array.from({ length: samples.numSamples }, (_, index) => index);
  variation?.random.shuffle(order);
  const images = new Float32Array(Math.min(batchSize, order.length) * sampleSize);
  const labels = new Int32Array(Math.min(batchSize, order.length));
  for (let start = 0; start < order.length; start += batchSize) {
    const size = Math.min(batchSize, order.length - start);
    for (let i = 0; i < size; i += 1) {
      const from = order[start + i] as number;
      const image = samples.features.subarray(from * sampleSize, (from + 1) * sampleSize);
      const place = images.subarray(i * sampleSize, (i + 1) * sampleSize);
      if (variation) shiftImage(place, image, { sampleShape, ...variation });
      else place.set(image);
      standardizeImage(place);
      labels[i] = samples.labels[from] as number;
    }
    yield { size, images: images.subarray(0, size * sampleSize), labels: labels.subarray(0, size) };
  }
}
