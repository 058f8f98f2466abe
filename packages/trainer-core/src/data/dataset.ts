/** Images with their labels, one split of a data set or one client's share of it. */
export interface Samples {
  readonly numSamples: number;
  /** Pixel values in [0, 1], sample after sample, each in the data set's sample shape (row-major). */
  readonly features: Float32Array;
  /** Index of the class of each sample. */
  readonly labels: Uint8Array;
}

/** A labelled image data set in three splits. */
export interface Dataset {
  /** Short and stable, such as `pneumoniamnist`. */
  readonly name: string;
  /** For people; says "synthetic" if the images are generated. */
  readonly title: string;
  readonly synthetic: boolean;
  /** Height, width, channels. */
  readonly sampleShape: readonly [height: number, width: number, channels: number];
  /** By label. */
  readonly classNames: readonly string[];
  readonly train: Samples;
  readonly val: Samples;
  readonly test: Samples;
}

/** Copies the samples at `indices`, in that order. */
export function takeSamples(samples: Samples, indices: ArrayLike<number>): Samples {
  const size = samples.numSamples === 0 ? 0 : samples.features.length / samples.numSamples;
  const features = new Float32Array(indices.length * size);
  const labels = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i += 1) {
    const from = indices[i] as number;
    if (!(from >= 0 && from < samples.numSamples)) {
      throw new RangeError(`index ${from}: expected one in [0, ${samples.numSamples})`);
    }
    features.set(samples.features.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = samples.labels[from] as number;
  }
  return { numSamples: indices.length, features, labels };
}

/** How many samples of each class there are. */
export function countLabels(labels: Uint8Array, numClasses: number): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
