import { TrainerError } from "../errors.js";
import { createDataset, type MemorySource, type SyntheticSource, syntheticNames } from "./create-dataset.js";
import type { CsvOptions } from "./csv/csv-dataset.js";
import { dataName } from "./data-name.js";
import type { Dataset } from "./dataset.js";
import { type DataKind, findDataKind } from "./files/find-data-kind.js";
import { openIdxFolder } from "./files/open-idx-folder.js";
import { type OpenNpzOptions, openNpzFile } from "./files/open-npz-file.js";
import { readDataFile } from "./files/read-data-file.js";
import type { IdxOptions } from "./idx/idx-dataset.js";
import type { ImageFolderOptions } from "./images/image-folder-options.js";
import { openImageFolder } from "./images/open-image-folder.js";
import { quoted, requireSeed } from "./invalid-data.js";
import { requireSourceOptions } from "./source-options.js";

/** A file or folder; its kind is found by looking, unless it is said. */
export type PathSource =
  | { readonly path: string; readonly kind?: undefined }
  | ({ readonly path: string; readonly kind: "npz" } & Partial<OpenNpzOptions>)
  | ({ readonly path: string; readonly kind: "idx" } & IdxOptions)
  | ({ readonly path: string; readonly kind: "csv" } & CsvOptions)
  | ({ readonly path: string; readonly kind: "images" } & ImageFolderOptions);

/** Where a data set comes from; a text is the name of a synthetic one, or else a path. */
export type DataSource = SyntheticSource | MemorySource | PathSource | (string & {});

export interface OpenDatasetOptions {
  /** Default `synthetic-xrays`. */
  readonly source?: DataSource | undefined;
  /** Of the run: draws what is generated, and which samples are kept for validation and test. */
  readonly seed: number;
}

/**
 * Opens the data set of a run, wherever it is: generated, in memory, a MedMNIST file, a folder of IDX files, a table, or
 * a folder of images.
 *
 * What does not fit memory is read from files row by row (images, `.npz`); they stay open until the process ends.
 * @throws TrainerError `unreadable_data` or `invalid_data` that names the file and what is wrong with it, `invalid_option`.
 */
export async function openDataset({
  source = "synthetic-xrays",
  seed,
}: OpenDatasetOptions): Promise<Dataset> {
  requireSeed(seed);
  if (typeof source === "string") {
    const name = syntheticNames.find((known) => known === source);
    if (name) return createDataset({ source: name, seed });
    return openPath({ path: source }, seed).catch((cause: unknown) => {
      throw isMissing(cause) && !/[\\/.]/.test(source) ? neither(source, cause) : cause;
    });
  }
  const isPath = typeof source === "object" && source !== null && "path" in source;
  return isPath ? openPath(source, seed) : createDataset({ source, seed });
}

function isMissing(error: unknown): boolean {
  return error instanceof TrainerError && (error.cause as { code?: unknown } | undefined)?.code === "ENOENT";
}

function neither(source: string, cause: unknown): TrainerError {
  const message = `source: expected a path or one of ${syntheticNames.join(", ")}, got ${quoted(source)}: no such file`;
  return new TrainerError("unreadable_data", message, { cause });
}

async function openPath(source: PathSource, seed: number): Promise<Dataset> {
  const { path } = source;
  const kind = source.kind ?? (await findDataKind(path));
  const described = { ...source, kind } as PathSource & { kind: DataKind };
  requireSourceOptions(described);
  const file = path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
  switch (described.kind) {
    case "npz":
      return openNpzFile(path, { name: dataName(path), ...described });
    case "csv": {
      const bytes = await readDataFile(path, described.maxBytes);
      const { path: _, ...options } = described;
      return createDataset({ source: { name: dataName(path), ...options, file, bytes }, seed });
    }
    case "idx":
      return openIdxFolder(path, { ...described, seed });
    case "images":
      return openImageFolder(path, { ...described, seed });
  }
}
