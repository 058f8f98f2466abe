import { randomStream } from "@fedloom/fl-strategy";
import { copySamples } from "../copy-samples.js";
import type { Dataset, Samples } from "../dataset.js";
import { invalidData } from "../invalid-data.js";
import { splitIndices } from "../split-indices.js";
import { findIdxSet, type IdxSet } from "./idx-sets.js";
import { type IdxArray, parseIdx } from "./parse-idx.js";

/** What may be said about a data set in MNIST's format. */
export interface IdxOptions {
  /** Names that are known (`mnist`, `fashion-mnist`, `emnist-letters` …) bring their classes and title with them. */
  readonly name?: string;
  /** By label; default: those known by name, or as many as there are labels. */
  readonly classNames?: readonly string[];
  /** Share of the training images kept for validation, drawn from every class by the seed; default 0.1, 0 keeps none. */
  readonly valShare?: number;
  /** Most bytes that all images may take; default 1 GiB. */
  readonly maxBytes?: number;
}

/** Bytes of a file, gzipped or not, with the name that messages use. */
export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The four files of a set. */
export interface IdxFiles {
  readonly trainImages: NamedBytes;
  readonly trainLabels: NamedBytes;
  readonly testImages: NamedBytes;
  readonly testLabels: NamedBytes;
}

/**
 * Makes a data set of the four files of MNIST, Fashion-MNIST or EMNIST. Features are the bytes of the files; EMNIST's
 * images are turned upright.
 * @throws TrainerError `invalid_data` that names file, expected and received; `invalid_option` for the share.
 */
export function datasetFromIdx(files: IdxFiles, options: IdxOptions & { readonly seed: number }): Dataset {
  const { name = "mnist", valShare = 0.1, maxBytes = 2 ** 30, seed } = options;
  const set = findIdxSet(name);
  const imagesOf = ({ file, bytes }: NamedBytes) =>
    parseIdx(bytes, { file, numDimensions: 3, maxBytes: maxBytes / 2 });
  const labelsOf = ({ file, bytes }: NamedBytes) => parseIdx(bytes, { file, numDimensions: 1, maxBytes });
  const [trainImages, trainLabels] = [imagesOf(files.trainImages), labelsOf(files.trainLabels)];
  const [testImages, testLabels] = [imagesOf(files.testImages), labelsOf(files.testLabels)];
  const [, height = 0, width = 0] = trainImages.shape;
  if (testImages.shape[1] !== height || testImages.shape[2] !== width) {
    throw invalidData(
      `${files.testImages.file}: expected images of ${height}x${width} as in ${files.trainImages.file}, ` +
        `got ${testImages.shape[1]}x${testImages.shape[2]}`,
    );
  }
  const classNames = options.classNames ?? set?.classNames ?? numberedClasses(trainLabels.data);
  const numClasses = classNames.length;
  const train = toSamples(trainImages, trainLabels, {
    set,
    numClasses,
    files: [files.trainImages, files.trainLabels],
  });
  const test = toSamples(testImages, testLabels, {
    set,
    numClasses,
    files: [files.testImages, files.testLabels],
  });
  const random = randomStream(seed, "split", "idx");
  const parts = splitIndices({ labels: train.labels, valShare, testShare: 0, random });
  return {
    name,
    title: set?.title ?? name,
    synthetic: false,
    sampleShape: [height, width, 1],
    classNames,
    train: copySamples(train, parts.train, height * width),
    val: copySamples(train, parts.val, height * width),
    test,
  };
}

function toSamples(
  images: IdxArray,
  labels: IdxArray,
  {
    set,
    numClasses,
    files,
  }: { set: IdxSet | undefined; numClasses: number; files: [NamedBytes, NamedBytes] },
): Samples & { readonly features: Uint8Array } {
  const [imagesFile, labelsFile] = files;
  const [numSamples = 0, height = 0, width = 0] = images.shape;
  if (labels.data.length !== numSamples) {
    throw invalidData(
      `${labelsFile.file}: expected ${numSamples} labels, one for each image of ${imagesFile.file}, ` +
        `got ${labels.data.length}`,
    );
  }
  const first = set?.firstLabel ?? 0;
  const index = labels.data.findIndex((label) => label < first || label >= first + numClasses);
  if (index !== -1) {
    throw invalidData(
      `${labelsFile.file}: expected labels in [${first}, ${first + numClasses - 1}], got ${labels.data[index]} ` +
        `at index ${index}`,
    );
  }
  const features = set?.transposed ? transposeImages(images.data, height, width) : images.data;
  return { numSamples, features, labels: labels.data.map((label) => label - first) };
}

function transposeImages(images: Uint8Array, height: number, width: number): Uint8Array {
  const turned = new Uint8Array(images.length);
  for (let start = 0; start < images.length; start += height * width) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        turned[start + row * width + column] = images[start + column * height + row] as number;
      }
    }
  }
  return turned;
}

function numberedClasses(labels: Uint8Array): string[] {
  const largest = labels.reduce((most, label) => Math.max(most, label), 1);
  return Array.from({ length: largest + 1 }, (_, label) => `class ${label}`);
}
