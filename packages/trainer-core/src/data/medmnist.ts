import { TrainerError } from "../errors.js";
import type { Dataset, Samples } from "./dataset.js";
import { type NpyArray, parseNpy } from "./npy.js";
import { readZipDirectory, readZipEntry, type ZipEntry } from "./zip.js";

export interface MedMnistOptions {
  /** Named in messages. */
  readonly file: string;
  /** Of the data set; names that MedMNIST uses bring their title and class names with them. */
  readonly name: string;
  /** Most bytes that the arrays may take together, decompressed; default 512 MiB. */
  readonly maxBytes?: number;
}

const splits = ["train", "val", "test"] as const;
const MAX_ENTRIES = 64;

/** Titles and classes of the two-class sets (Yang et al., "MedMNIST v2", Scientific Data 10:41, 2023, table 2). */
const known: Readonly<Record<string, { title: string; classNames: readonly string[] }>> = {
  pneumoniamnist: { title: "PneumoniaMNIST: paediatric chest X-rays", classNames: ["normal", "pneumonia"] },
  breastmnist: { title: "BreastMNIST: breast ultrasound", classNames: ["malignant", "normal or benign"] },
};

/**
 * Parses a two-dimensional MedMNIST `.npz` file: `{train,val,test}_images` uint8 (N, H, W) or (N, H, W, 3) and
 * `{train,val,test}_labels` uint8 (N, 1).
 *
 * Sizes are held to their declarations, and every array is decompressed only if all declarations fit `maxBytes`.
 * @throws TrainerError `invalid_data` that names file, array, expected and received.
 */
export function parseMedMnist(bytes: Uint8Array, options: MedMnistOptions): Dataset {
  const { file, name, maxBytes = 512 * 2 ** 20 } = options;
  const directory = readZipDirectory(bytes, file, MAX_ENTRIES);
  const wanted = splits.flatMap((split) => [`${split}_images`, `${split}_labels`]);
  const entries = new Map(wanted.map((array) => [array, findEntry(directory, array, file)]));
  const declaredBytes = [...entries.values()].reduce((sum, entry) => sum + entry.uncompressedBytes, 0);
  if (declaredBytes > maxBytes) {
    throw invalid(`${file}: expected at most ${maxBytes} bytes of arrays, got ${declaredBytes} declared`);
  }
  const read = (array: string): NpyArray => {
    const content = readZipEntry(bytes, entries.get(array) as ZipEntry, file);
    return parseNpy(content, `${file}: ${array}`);
  };

  const trainImages = read("train_images");
  const sampleShape = sampleShapeOf(trainImages, `${file}: train_images`);
  const trainLabels = read("train_labels");
  const numClasses = known[name]?.classNames.length ?? Math.max(2, largest(trainLabels.data) + 1);
  const toSamples = (split: string, images: NpyArray, labels: NpyArray): Samples => {
    const where = `${file}: ${split}`;
    checkShapes(images, labels, sampleShape, where);
    checkLabels(labels.data, numClasses, `${where}_labels`);
    const features = new Float32Array(images.data.length);
    for (let i = 0; i < features.length; i += 1) features[i] = (images.data[i] as number) / 255;
    return { numSamples: labels.data.length, features, labels: labels.data.slice() };
  };
  return {
    name,
    title: known[name]?.title ?? name,
    synthetic: false,
    sampleShape,
    classNames: known[name]?.classNames ?? Array.from({ length: numClasses }, (_, label) => `class ${label}`),
    train: toSamples("train", trainImages, trainLabels),
    val: toSamples("val", read("val_images"), read("val_labels")),
    test: toSamples("test", read("test_images"), read("test_labels")),
  };
}

function findEntry(directory: readonly ZipEntry[], array: string, file: string): ZipEntry {
  const entry = directory.find(({ name }) => name === `${array}.npy`);
  if (entry) return entry;
  const found = directory.map(({ name }) => name).join(", ") || "no array at all";
  throw invalid(`${file}: expected an array ${array}.npy, got ${found.slice(0, 400)}`);
}

function sampleShapeOf({ shape }: NpyArray, where: string): readonly [number, number, number] {
  const [, height = 0, width = 0, channels = 1] = shape;
  const fits = (shape.length === 3 || (shape.length === 4 && channels === 3)) && height > 0 && width > 0;
  if (!fits) throw invalid(`${where}: expected shape (N, H, W) or (N, H, W, 3), got (${shape.join(", ")})`);
  return [height, width, channels];
}

function checkShapes(
  images: NpyArray,
  labels: NpyArray,
  [height, width, channels]: readonly [number, number, number],
  where: string,
): void {
  const [numImages = 0, ...rest] = images.shape;
  const wanted = channels === 1 ? [height, width] : [height, width, channels];
  if (rest.join() !== wanted.join()) {
    const expected = `(N, ${wanted.join(", ")}) as in train_images`;
    throw invalid(`${where}_images: expected shape ${expected}, got (${images.shape.join(", ")})`);
  }
  if (numImages === 0) throw invalid(`${where}_images: expected at least one image, got none`);
  const [numLabels, columns = 1] = labels.shape;
  if (numLabels !== numImages || columns !== 1 || labels.shape.length > 2) {
    throw invalid(
      `${where}_labels: expected shape (${numImages}, 1), one label per image, got (${labels.shape.join(", ")})`,
    );
  }
}

function checkLabels(labels: Uint8Array, numClasses: number, where: string): void {
  const index = labels.findIndex((label) => label >= numClasses);
  if (index === -1) return;
  throw invalid(
    `${where}: expected labels in [0, ${numClasses - 1}], got ${labels[index]} at index ${index}`,
  );
}

function largest(values: Uint8Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function invalid(message: string): TrainerError {
  return new TrainerError("invalid_data", message);
}
