import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { dataName } from "../data-name.js";
import type { Dataset } from "../dataset.js";
import { datasetFromIdx, type IdxOptions, type NamedBytes } from "../idx/idx-dataset.js";
import { invalidData, invalidOption, quoted } from "../invalid-data.js";
import { readDataFile, unreadableCause } from "./read-data-file.js";

/** `train-images-idx3-ubyte.gz`, `t10k-labels.idx1-ubyte`, `emnist-letters-test-images-idx3-ubyte`. */
const namePattern = /^(?:(.+)-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(?:\.gz)?$/i;

interface IdxFile {
  readonly file: string;
  /** What stands before the part, such as `emnist-letters`; empty for MNIST. */
  readonly set: string;
  /** `train images`, `test labels` … */
  readonly part: string;
}

/** Which of a folder's files are IDX files of MNIST's naming. */
export function idxFiles(names: readonly string[]): IdxFile[] {
  return names.flatMap((file) => {
    const [, set = "", part, content] = namePattern.exec(file) ?? [];
    if (part === undefined || content === undefined) return [];
    const split = part.toLowerCase() === "train" ? "train" : "test";
    return [{ file, set: set.toLowerCase(), part: `${split} ${content.toLowerCase()}` }];
  });
}

/**
 * Opens a folder with the four files of MNIST, Fashion-MNIST or one part of EMNIST, gzipped or not. Files of MNIST's own
 * naming are told apart by the folder's name (`fashion-mnist`), unless `name` says what they are.
 * @throws TrainerError `invalid_data` for missing files, with those that are there, and what `datasetFromIdx` throws.
 */
export async function openIdxFolder(
  folder: string,
  options: IdxOptions & { readonly seed: number },
): Promise<Dataset> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw unreadableCause(folder, cause);
  });
  const files = idxFiles(names.sort());
  const sets = [...new Set(files.map(({ set }) => set))];
  const set = chooseSet(sets, options.name);
  if (set === undefined && sets.length > 0) {
    const known = sets
      .map((name) => name || "no name")
      .sort()
      .join(", ");
    throw invalidOption(
      `name: expected one of the sets in ${folder} (${known}), got ${options.name ?? "none"}`,
    );
  }
  const read = async (part: string): Promise<NamedBytes> => {
    const found = files.filter((file) => file.set === set && file.part === part);
    const file = (found.find((one) => !/\.gz$/i.test(one.file)) ?? found[0])?.file;
    if (file === undefined) {
      const received = names.slice(0, 12).join(", ") || "an empty folder";
      throw invalidData(
        `${folder}: expected a file of ${part}, such as ${exampleOf(part)}, got ${quoted(received, 300)}`,
      );
    }
    return { file, bytes: await readDataFile(join(folder, file), options.maxBytes) };
  };
  const wanted = {
    trainImages: await read("train images"),
    trainLabels: await read("train labels"),
    testImages: await read("test images"),
    testLabels: await read("test labels"),
  };
  return datasetFromIdx(wanted, { ...options, name: options.name ?? (set || folderName(folder)) });
}

/** The set of that name, or the only one; names of one's own go with files that have none. */
function chooseSet(sets: readonly string[], name: string | undefined): string | undefined {
  if (name !== undefined && sets.includes(name)) return name;
  if (sets.length <= 1) return sets[0];
  return name !== undefined && sets.includes("") ? "" : undefined;
}

function exampleOf(part: string): string {
  const [split, content] = part.split(" ");
  return `${split === "train" ? "train" : "t10k"}-${content}-idx${content === "images" ? 3 : 1}-ubyte.gz`;
}

/** `MNIST/raw` is how others keep it: the folder above has the name. */
function folderName(folder: string): string {
  const path = resolve(folder);
  return dataName(basename(path) === "raw" ? dirname(path) : path);
}
