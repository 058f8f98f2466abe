/**
 * Rows of bytes in a file, for data that should not all lie in memory; made by `openFeatureFile` of the `./node` entry.
 */
export interface FeatureFile {
  readonly path: string;
  readonly rowBytes: number;
  /** Copies one row to `into`, at its start. */
  read(row: number, into: Uint8Array): void;
}

/**
 * The values of all samples, one after the other (row-major). Bytes stand for 255ths: 255 is 1. Bytes take a quarter of
 * the memory and are made into float32 when a batch is gathered.
 */
export type Features = Float32Array | Uint8Array | FeatureFile;

/** Samples with what is known of them: one split of a data set. Arrays may lie in shared memory. */
export interface Samples {
  readonly numSamples: number;
  readonly features: Features;
  /**
   * Index of the class of each sample. Sets with several labels a sample or with numbers to predict have 0, or a class
   * that a partition may go by.
   */
  readonly labels: Uint8Array;
  /** What to predict where it is no class: numSamples x outputs, for sigmoid cross entropy and squared error. */
  readonly targets?: Float32Array;
}

/** A data set in three splits. */
export interface Dataset {
  /** Short and stable, such as `pneumoniamnist`. */
  readonly name: string;
  /** For people; says "synthetic" if the samples are generated. */
  readonly title: string;
  readonly synthetic: boolean;
  /** Of one sample: height, width and channels of an image, or `[features]`. */
  readonly sampleShape: readonly number[];
  /** By label. */
  readonly classNames: readonly string[];
  /** What a model for it must make small; default one class of several. */
  readonly task?: "classification" | "multi-label" | "regression";
  /** What was left out or filled in when it was read, for people; absent if nothing was. */
  readonly warnings?: readonly string[];
  readonly train: Samples;
  readonly val: Samples;
  readonly test: Samples;
}

/** How many values one sample has. */
export function sampleSize(sampleShape: readonly number[]): number {
  return sampleShape.reduce((product, size) => product * size, 1);
}

/** How many samples of each class there are, of all or of those at `indices`. */
export function countLabels(labels: Uint8Array, numClasses: number, indices?: Uint32Array): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  const count = (label: number) => {
    counts[label] = (counts[label] ?? 0) + 1;
  };
  if (indices) for (const index of indices) count(labels[index] as number);
  else for (const label of labels) count(label);
  return counts;
}
