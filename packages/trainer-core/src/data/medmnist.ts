import type { Dataset, Features, Samples } from "./dataset.js";
import { invalidData as invalid } from "./invalid-data.js";
import { findMedMnistSet } from "./medmnist-sets.js";
import { type NpyArray, parseNpy, toBytes } from "./npy.js";
import { readZipDirectory, readZipEntry, type ZipEntry } from "./zip.js";

export interface MedMnistOptions {
  /** Named in messages. */
  readonly file: string;
  /** Of the data set; names that MedMNIST uses bring their title and class names with them. */
  readonly name: string;
  /** Most bytes that the arrays may take together, decompressed; default 1 GiB. */
  readonly maxBytes?: number;
}

const splits = ["train", "val", "test"] as const;
type Split = (typeof splits)[number];
const MAX_ENTRIES = 64;
const MAX_TARGETS = 256;

/**
 * Parses a two-dimensional MedMNIST `.npz` file: `{train,val,test}_images` uint8 (N, H, W) or (N, H, W, 3) and
 * `{train,val,test}_labels` integers (N, 1), or (N, K) of zeros and ones for a set with several labels an image.
 *
 * Features are the bytes of the file. With several labels, `targets` has them, and `labels` is 1 where there is any.
 * Sizes are held to their declarations, and every array is decompressed only if all declarations fit `maxBytes`.
 * @throws TrainerError `invalid_data` that names file, array, expected and received.
 */
export function parseMedMnist(bytes: Uint8Array, options: MedMnistOptions): Dataset {
  const { file, maxBytes = 2 ** 30 } = options;
  const { entries, declaredBytes } = medMnistEntries(bytes, { file });
  if (declaredBytes > maxBytes) {
    throw invalid(`${file}: expected at most ${maxBytes} bytes of arrays, got ${declaredBytes} declared`);
  }
  const read = (split: Split, content: "images" | "labels"): NpyArray => {
    const entry = entries[split][content];
    return parseNpy(readZipEntry(bytes, entry, file), `${file}: ${split}_${content}`);
  };
  const readPart = (split: Split) => ({ images: read(split, "images"), labels: read(split, "labels") });
  const parts = { train: readPart("train"), val: readPart("val"), test: readPart("test") };
  return describeMedMnist(
    parts,
    options,
  )({
    train: parts.train.images.data,
    val: parts.val.images.data,
    test: parts.test.images.data,
  });
}

/** Where the six arrays are in the archive. */
export interface MedMnistEntries {
  readonly entries: Readonly<Record<Split, { readonly images: ZipEntry; readonly labels: ZipEntry }>>;
  /** Of all six, decompressed. */
  readonly declaredBytes: number;
}

/** Finds the arrays; `bytes` may be the end of the file alone, from `start` on. See {@link parseMedMnist}. */
export function medMnistEntries(
  bytes: Uint8Array,
  { file, start = 0 }: { file: string; start?: number },
): MedMnistEntries {
  const directory = readZipDirectory(bytes, file, { maxEntries: MAX_ENTRIES, start });
  const find = (array: string): ZipEntry => {
    const entry = directory.find(({ name }) => name === `${array}.npy`);
    if (entry) return entry;
    const found = directory.map(({ name }) => name).join(", ") || "no array at all";
    throw invalid(`${file}: expected an array ${array}.npy, got ${found.slice(0, 400)}`);
  };
  const findPart = (split: Split) => ({ images: find(`${split}_images`), labels: find(`${split}_labels`) });
  const entries = { train: findPart("train"), val: findPart("val"), test: findPart("test") };
  const declaredBytes = Object.values(entries).reduce(
    (sum, { images, labels }) => sum + images.uncompressedBytes + labels.uncompressedBytes,
    0,
  );
  return { entries, declaredBytes };
}

/** One split, but for the pixels. */
export interface MedMnistPart {
  readonly images: Pick<NpyArray, "shape" | "dtype">;
  readonly labels: NpyArray;
}

/**
 * Checks all but the pixels, and gives what makes a data set of them. See {@link parseMedMnist}.
 */
export function describeMedMnist(
  parts: Readonly<Record<Split, MedMnistPart>>,
  { file, name }: MedMnistOptions,
): (features: Readonly<Record<Split, Features>>) => Dataset {
  const layout = layoutOf(parts.train, { file, name });
  const { classNames, sampleShape, multiLabel } = layout;
  const readLabels = (split: Split): Omit<Samples, "features"> => {
    const where = `${file}: ${split}`;
    checkShapes(parts[split], { ...layout, where });
    const values = toBytes(parts[split].labels, `${where}_labels`);
    const parse = multiLabel ? parseTargets : parseLabels;
    return parse(values, { numClasses: classNames.length, where: `${where}_labels` });
  };
  const [train, val, test] = [readLabels("train"), readLabels("val"), readLabels("test")];
  return (features) => ({
    name,
    title: findMedMnistSet(name)?.title ?? name,
    synthetic: false,
    sampleShape,
    classNames,
    task: multiLabel ? "multi-label" : "classification",
    train: { ...train, features: features.train },
    val: { ...val, features: features.val },
    test: { ...test, features: features.test },
  });
}

interface Layout {
  readonly sampleShape: readonly [number, number, number];
  readonly classNames: readonly string[];
  readonly multiLabel: boolean;
}

/** What the training split and the name of the set say about all three. */
function layoutOf({ images, labels }: MedMnistPart, { file, name }: { file: string; name: string }): Layout {
  const sampleShape = sampleShapeOf(images, `${file}: train_images`);
  const known = findMedMnistSet(name);
  const columns = labels.shape.length === 2 ? (labels.shape[1] as number) : 1;
  const multiLabel = known ? known.multiLabel === true : columns > 1 && columns <= MAX_TARGETS;
  if (known) return { sampleShape, classNames: known.classNames, multiLabel };
  const numClasses = multiLabel
    ? columns
    : Math.max(1, largest(toBytes(labels, `${file}: train_labels`))) + 1;
  const classNames = Array.from({ length: numClasses }, (_, label) => `class ${label}`);
  return { sampleShape, classNames, multiLabel };
}

function sampleShapeOf({ shape }: Pick<NpyArray, "shape">, where: string): readonly [number, number, number] {
  const [, height = 0, width = 0, channels = 1] = shape;
  const fits = (shape.length === 3 || (shape.length === 4 && channels === 3)) && height > 0 && width > 0;
  if (!fits) throw invalid(`${where}: expected shape (N, H, W) or (N, H, W, 3), got (${shape.join(", ")})`);
  return [height, width, channels];
}

function checkShapes({ images, labels }: MedMnistPart, layout: Layout & { where: string }): void {
  const { sampleShape, classNames, multiLabel, where } = layout;
  const [height, width, channels] = sampleShape;
  if (images.dtype !== "|u1") {
    throw invalid(`${where}_images: expected dtype uint8 (|u1), got ${images.dtype}`);
  }
  const [numImages = 0, ...rest] = images.shape;
  const wanted = channels === 1 ? [height, width] : [height, width, channels];
  if (rest.join() !== wanted.join()) {
    const expected = `(N, ${wanted.join(", ")}) as in train_images`;
    throw invalid(`${where}_images: expected shape ${expected}, got (${images.shape.join(", ")})`);
  }
  if (numImages === 0) throw invalid(`${where}_images: expected at least one image, got none`);
  const [numLabels, columns = 1] = labels.shape;
  const numColumns = multiLabel ? classNames.length : 1;
  if (numLabels !== numImages || columns !== numColumns || labels.shape.length > 2) {
    const rule = multiLabel ? `${numColumns} labels per image` : "one label per image";
    throw invalid(
      `${where}_labels: expected shape (${numImages}, ${numColumns}), ${rule}, got (${labels.shape.join(", ")})`,
    );
  }
}

function parseLabels(
  labels: Uint8Array,
  { numClasses, where }: { numClasses: number; where: string },
): Omit<Samples, "features"> {
  const index = labels.findIndex((label) => label >= numClasses);
  if (index !== -1) {
    throw invalid(
      `${where}: expected labels in [0, ${numClasses - 1}], got ${labels[index]} at index ${index}`,
    );
  }
  return { numSamples: labels.length, labels: labels.slice() };
}

function parseTargets(
  values: Uint8Array,
  { numClasses, where }: { numClasses: number; where: string },
): Omit<Samples, "features"> {
  const index = values.findIndex((value) => value > 1);
  if (index !== -1) {
    const image = Math.floor(index / numClasses);
    throw invalid(`${where}: expected 0 or 1 for each label, got ${values[index]} at index ${image}`);
  }
  const numSamples = values.length / numClasses;
  const labels = new Uint8Array(numSamples);
  for (let i = 0; i < numSamples; i += 1) {
    labels[i] = values.subarray(i * numClasses, (i + 1) * numClasses).includes(1) ? 1 : 0;
  }
  return { numSamples, labels, targets: Float32Array.from(values) };
}

function largest(values: Uint8Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
