import { type CsvOptions, parseCsvDataset } from "./csv/csv-dataset.js";
import { dataName } from "./data-name.js";
import type { Dataset } from "./dataset.js";
import { type DatasetFromArraysOptions, datasetFromArrays } from "./dataset-from-arrays.js";
import { datasetFromIdx, type IdxFiles, type IdxOptions, type NamedBytes } from "./idx/idx-dataset.js";
import { invalidOption, requireSeed } from "./invalid-data.js";
import { parseMedMnist } from "./medmnist.js";
import { requireSourceOptions } from "./source-options.js";
import {
  type BlobsOptions,
  createBlobs,
  createTwoSpirals,
  type TwoSpiralsOptions,
} from "./synthetic-points.js";
import { createSyntheticXrays, type SyntheticXraysOptions } from "./synthetic-xrays.js";

/** What may be said about a MedMNIST file. */
export interface NpzOptions {
  /** Default: from the file's name, which brings the title and classes of MedMNIST's sets with it. */
  readonly name?: string;
  /** Most bytes that the arrays may take together; default 1 GiB. Larger ones need `openDataset`. */
  readonly maxBytes?: number;
}

/** Names of the data sets that are generated. */
export const syntheticNames = ["synthetic-xrays", "blobs", "two-spirals"] as const;
export type SyntheticName = (typeof syntheticNames)[number];

/** Samples that are generated from the seed. */
export type SyntheticSource =
  | SyntheticName
  | ({ readonly kind: "synthetic-xrays" } & Omit<SyntheticXraysOptions, "seed">)
  | ({ readonly kind: "blobs" } & Omit<BlobsOptions, "seed">)
  | ({ readonly kind: "two-spirals" } & Omit<TwoSpiralsOptions, "seed">);

/** Samples that are in memory: arrays, or the bytes of files. */
export type MemorySource =
  | ({ readonly kind: "arrays" } & Omit<DatasetFromArraysOptions, "seed">)
  | ({ readonly kind: "npz" } & NamedBytes & NpzOptions)
  | ({ readonly kind: "idx"; readonly files: IdxFiles } & IdxOptions)
  | ({ readonly kind: "csv" } & NamedBytes & CsvOptions);

export interface CreateDatasetOptions {
  readonly source: SyntheticSource | MemorySource;
  /** Of the run: draws what is generated, and which samples are kept for validation and test. */
  readonly seed: number;
}

/**
 * Makes the data set of a run from what is in memory, in Node and in the browser; `openDataset` of the `./node` entry
 * opens files and folders as well.
 * @throws TrainerError `invalid_data` that names the file, the place, expected and received, or `invalid_option`.
 */
export async function createDataset({ source, seed }: CreateDatasetOptions): Promise<Dataset> {
  requireSeed(seed);
  const described = typeof source === "string" ? { kind: source } : source;
  if (typeof described !== "object" || described === null) {
    throw invalidOption(`source: expected a name or an object with a kind, got ${String(described)}`);
  }
  requireSourceOptions(described);
  switch (described.kind) {
    case "synthetic-xrays":
      return createSyntheticXrays({ ...described, seed });
    case "blobs":
      return createBlobs({ ...described, seed });
    case "two-spirals":
      return createTwoSpirals({ ...described, seed });
    case "arrays":
      return datasetFromArrays({ ...described, seed });
    case "npz":
      requireBytes(described);
      return parseMedMnist(described.bytes, { name: dataName(described.file), ...described });
    case "idx":
      return datasetFromIdx(described.files, { ...described, seed });
    case "csv":
      requireBytes(described);
      return parseCsvDataset(described.bytes, { name: dataName(described.file), ...described, seed });
  }
}

function requireBytes({ file, bytes }: NamedBytes): void {
  if (typeof file !== "string") throw invalidOption(`source.file: expected a name, got ${String(file)}`);
  if (bytes instanceof Uint8Array) return;
  const received = (bytes as object | undefined)?.constructor.name ?? String(bytes);
  throw invalidOption(`source.bytes: expected a Uint8Array, got ${received}`);
}
