import { randomStream } from "@fedloom/fl-strategy";
import { copySamples } from "./copy-samples.js";
import { type Dataset, type Samples, sampleSize } from "./dataset.js";
import { invalidData, invalidOption } from "./invalid-data.js";
import { splitIndices } from "./split-indices.js";

/** The samples of one part: values row by row, and what to predict. */
export interface ArrayPart {
  /** Bytes stand for 255ths. */
  readonly features: Float32Array | Uint8Array | readonly (readonly number[])[];
  /** Class of each sample; for classification. */
  readonly labels?: Uint8Array | readonly number[];
  /** Zeros and ones by sample and label, or numbers by sample and output; for the other two tasks. */
  readonly targets?: Float32Array | readonly (readonly number[])[];
}

export interface DatasetFromArraysOptions {
  /** Default `arrays`. */
  readonly name?: string;
  /** Default: the name. */
  readonly title?: string;
  /** Height, width and channels of an image, or `[features]`. */
  readonly sampleShape: readonly number[];
  /** By label, or by target; default `class 0` … */
  readonly classNames?: readonly string[];
  /** Default `classification`, or `regression` where there are targets. */
  readonly task?: "classification" | "multi-label" | "regression";
  readonly train: ArrayPart;
  /** Default: drawn from `train`, class by class. */
  readonly val?: ArrayPart;
  /** Default: drawn from `train`, class by class. */
  readonly test?: ArrayPart;
  /** Share of `train` that becomes `val` where that is not given; default 0.1. */
  readonly valShare?: number;
  /** Share of `train` that becomes `test` where that is not given; default 0.2. */
  readonly testShare?: number;
  /** Draws the parts that are not given. */
  readonly seed: number;
}

type ArraySamples = Samples & { readonly features: Float32Array | Uint8Array };

/**
 * Makes a data set of arrays. Those that are right already are taken as they are, not copied.
 * @throws TrainerError `invalid_data` that names part, place, expected and received: a length that fits no whole number
 * of samples, a class outside the names, a value that is not finite; `invalid_option` for shapes, shares and tasks.
 */
export function datasetFromArrays(options: DatasetFromArraysOptions): Dataset {
  const { name = "arrays", sampleShape, valShare = 0.1, testShare = 0.2, seed } = options;
  const { train: trainPart, val: valPart, test: testPart } = options;
  requireSampleShape(sampleShape);
  if (!trainPart?.features) throw invalidOption("train.features: expected some, got none");
  const task = options.task ?? (trainPart.targets ? "regression" : "classification");
  const size = sampleSize(sampleShape);
  const outputs = outputsOf(trainPart, options);
  const check = (part: ArrayPart, where: string) => checkPart(part, { where, size, task, outputs });
  const train = check(trainPart, "train");
  const [val, test] = [valPart && check(valPart, "val"), testPart && check(testPart, "test")];
  const parts = splitIndices({
    labels: train.labels,
    valShare: val ? 0 : valShare,
    testShare: test ? 0 : testShare,
    random: randomStream(seed, "split", "arrays"),
  });
  const given = val !== undefined && test !== undefined;
  const draw = (indices: Uint32Array, part: string): Samples => {
    if (indices.length > 0) return copySamples(train, indices, size);
    throw invalidOption(`${part}Share: expected a share above 0, since ${part} is not given, got none`);
  };
  return {
    name,
    title: options.title ?? name,
    synthetic: false,
    sampleShape,
    classNames: options.classNames ?? Array.from({ length: outputs }, (_, i) => `class ${i}`),
    task,
    train: given ? train : copySamples(train, parts.train, size),
    val: val ?? draw(parts.val, "val"),
    test: test ?? draw(parts.test, "test"),
  };
}

function requireSampleShape(shape: readonly number[]): void {
  const isShape = Array.isArray(shape) && shape.length > 0;
  if (isShape && shape.every((size) => Number.isInteger(size) && size >= 1)) return;
  const received = Array.isArray(shape) ? `[${shape.join(", ")}]` : String(shape);
  throw invalidOption(`sampleShape: expected integers >= 1, got ${received}`);
}

/** Number of classes, or of targets of one sample. */
function outputsOf(part: ArrayPart, { classNames }: DatasetFromArraysOptions): number {
  if (classNames) return classNames.length;
  const { labels, targets } = part;
  if (targets === undefined) return (labels as readonly number[] | undefined)?.reduce(larger, 2) ?? 2;
  if (!(targets instanceof Float32Array)) return targets[0]?.length ?? 0;
  const rows =
    part.features instanceof Float32Array || part.features instanceof Uint8Array ? 0 : part.features.length;
  return rows > 0 ? targets.length / rows : 1;
}

function larger(most: number, label: number): number {
  return Number.isInteger(label) ? Math.max(most, label + 1) : most;
}

interface PartCheck {
  readonly where: string;
  readonly size: number;
  readonly task: "classification" | "multi-label" | "regression";
  readonly outputs: number;
}

function checkPart(part: ArrayPart, check: PartCheck): ArraySamples {
  const { where, size, task } = check;
  const features = flatten(part.features, size, `${where}.features`);
  const numSamples = features.length / size;
  if (numSamples === 0 || !Number.isInteger(numSamples)) {
    throw invalidData(
      `${where}.features: expected whole samples of ${size} values, at least one, got ${features.length} values`,
    );
  }
  if (task === "classification") {
    if (part.targets) throw invalidData(`${where}.targets: expected none for classification, got some`);
    return { numSamples, features, labels: checkLabels(part.labels, numSamples, check) };
  }
  const targets = checkTargets(part.targets, numSamples, check);
  const labels = part.labels ? checkLabels(part.labels, numSamples, check) : new Uint8Array(numSamples);
  return { numSamples, features, labels, targets };
}

function checkLabels(
  given: ArrayPart["labels"],
  numSamples: number,
  { where, outputs, task }: PartCheck,
): Uint8Array {
  const received = given === undefined ? "none" : `${given.length}`;
  if (given?.length !== numSamples) {
    throw invalidData(`${where}.labels: expected ${numSamples}, one for each sample, got ${received}`);
  }
  const limit = task === "classification" ? outputs : 256;
  for (let i = 0; i < numSamples; i += 1) {
    const label = given[i] as number;
    if (!Number.isInteger(label) || label < 0 || label >= Math.min(256, limit)) {
      const range = `integers in [0, ${Math.min(256, limit) - 1}]`;
      throw invalidData(`${where}.labels: expected ${range}, got ${label} at index ${i}`);
    }
  }
  return given instanceof Uint8Array ? given : Uint8Array.from(given);
}

function checkTargets(given: ArrayPart["targets"], numSamples: number, check: PartCheck): Float32Array {
  const { where, outputs, task } = check;
  if (given === undefined) throw invalidData(`${where}.targets: expected some for ${task}, got none`);
  const targets = flatten(given, outputs, `${where}.targets`) as Float32Array;
  if (targets.length !== numSamples * outputs) {
    throw invalidData(`${where}.targets: expected ${numSamples} x ${outputs} values, got ${targets.length}`);
  }
  const index = task === "multi-label" ? targets.findIndex((value) => value !== 0 && value !== 1) : -1;
  if (index !== -1)
    throw invalidData(`${where}.targets: expected 0 or 1, got ${targets[index]} at index ${index}`);
  return targets;
}

/** One flat array of finite values. */
function flatten(
  values: Float32Array | Uint8Array | readonly (readonly number[])[],
  rowSize: number,
  where: string,
): Float32Array | Uint8Array {
  if (values instanceof Uint8Array) return values;
  const flat = values instanceof Float32Array ? values : new Float32Array(values.length * rowSize);
  if (!(values instanceof Float32Array)) {
    for (let row = 0; row < values.length; row += 1) {
      const cells = values[row] as readonly number[];
      if (cells.length !== rowSize) {
        throw invalidData(
          `${where}: expected ${rowSize} values in each row, got ${cells.length} in row ${row}`,
        );
      }
      flat.set(cells, row * rowSize);
    }
  }
  const index = flat.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return flat;
  const [row, column] = [Math.floor(index / rowSize), index % rowSize];
  throw invalidData(
    `${where}: expected finite float32 numbers, got ${flat[index]} in row ${row}, column ${column}`,
  );
}
