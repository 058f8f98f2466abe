import { type RandomStream, randomStream } from "@fedloom/fl-strategy";
import type { Dataset, Samples } from "./dataset.js";
import { invalidOption } from "./invalid-data.js";
import { portableSinCos } from "./sin-cos.js";

interface PointsOptions {
  readonly seed: number;
  /** Default 1,000. */
  readonly numTrain?: number;
  /** Default 200. */
  readonly numVal?: number;
  /** Default 200. */
  readonly numTest?: number;
}

export interface BlobsOptions extends PointsOptions {
  /** One blob each, 2 to 256; default 3. */
  readonly numClasses?: number;
  /** Default 2. */
  readonly numFeatures?: number;
  /** Standard deviation of a blob in each feature, above 0; centres are drawn from [-4, 4]. Default 1. */
  readonly spread?: number;
}

export interface TwoSpiralsOptions extends PointsOptions {
  /** How often each spiral goes round, above 0; default 1.75. */
  readonly turns?: number;
  /** Standard deviation of what is added to each coordinate, at least 0; the outer radius is 1. Default 0.02. */
  readonly noise?: number;
}

/**
 * Makes points around one centre a class, normally distributed: easy for a linear model unless blobs overlap.
 *
 * Features are float32; equal seeds give equal points, bit for bit, on every machine.
 * @throws TrainerError `invalid_option` that names the option.
 */
export function createBlobs(options: BlobsOptions): Dataset {
  const { seed, numClasses = 3, numFeatures = 2, spread = 1 } = options;
  checkInteger("numClasses", numClasses, { from: 2, to: 256 });
  checkInteger("numFeatures", numFeatures, { from: 1, to: 65536 });
  if (!(spread > 0 && spread <= 1e6))
    throw invalidOption(`spread: expected a number in (0, 1e6], got ${spread}`);
  const random = randomStream(seed, "blobs", "centres");
  const centres = Float64Array.from({ length: numClasses * numFeatures }, () => 8 * random.uniform() - 4);
  return createPoints("blobs", options, {
    title: `${numClasses} synthetic blobs`,
    numClasses,
    numFeatures,
    draw: (point, label, stream) => {
      for (let i = 0; i < numFeatures; i += 1) {
        point[i] = (centres[label * numFeatures + i] as number) + spread * stream.normal();
      }
    },
  });
}

/**
 * Makes points on two spirals that wind round each other, no line tells them apart (Lang and Witbrock, "Learning to
 * Tell Two Spirals Apart", 1988).
 *
 * Features are float32; equal seeds give equal points, bit for bit, on every machine.
 * @throws TrainerError `invalid_option` that names the option.
 */
export function createTwoSpirals(options: TwoSpiralsOptions): Dataset {
  const { turns = 1.75, noise = 0.02 } = options;
  if (!(turns > 0 && turns <= 100)) throw invalidOption(`turns: expected a number in (0, 100], got ${turns}`);
  if (!(noise >= 0 && noise <= 10)) throw invalidOption(`noise: expected a number in [0, 10], got ${noise}`);
  return createPoints("two-spirals", options, {
    title: "two synthetic spirals",
    numClasses: 2,
    numFeatures: 2,
    draw: (point, label, stream) => {
      // The root spreads points evenly along the spiral.
      const radius = Math.sqrt(stream.uniform());
      const { sin, cos } = portableSinCos((2 * turns * radius + label) * Math.PI);
      point[0] = radius * cos + noise * stream.normal();
      point[1] = radius * sin + noise * stream.normal();
    },
  });
}

interface PointsRule {
  readonly title: string;
  readonly numClasses: number;
  readonly numFeatures: number;
  readonly draw: (point: Float32Array, label: number, random: RandomStream) => void;
}

function createPoints(name: string, options: PointsOptions, rule: PointsRule): Dataset {
  const { seed, numTrain = 1000, numVal = 200, numTest = 200 } = options;
  const part = (option: string, numSamples: number): Samples => {
    checkInteger(option, numSamples, { from: 1, to: 1e8 });
    const random = randomStream(seed, name, option);
    const features = new Float32Array(numSamples * rule.numFeatures);
    const labels = new Uint8Array(numSamples);
    for (let i = 0; i < numSamples; i += 1) {
      const label = random.integer(rule.numClasses);
      labels[i] = label;
      rule.draw(features.subarray(i * rule.numFeatures, (i + 1) * rule.numFeatures), label, random);
    }
    return { numSamples, features, labels };
  };
  return {
    name,
    title: rule.title,
    synthetic: true,
    sampleShape: [rule.numFeatures],
    classNames: Array.from({ length: rule.numClasses }, (_, label) => `class ${label}`),
    train: part("numTrain", numTrain),
    val: part("numVal", numVal),
    test: part("numTest", numTest),
  };
}

function checkInteger(option: string, value: number, { from, to }: { from: number; to: number }): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw invalidOption(`${option}: expected an integer in [${from}, ${to}], got ${value}`);
}
