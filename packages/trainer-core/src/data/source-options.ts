import type { MemorySource, SyntheticSource } from "./create-dataset.js";
import type { CsvOptions } from "./csv/csv-dataset.js";
import type { OpenNpzOptions } from "./files/open-npz-file.js";
import type { IdxOptions } from "./idx/idx-dataset.js";
import type { ImageFolderOptions } from "./images/image-folder-options.js";
import { invalidOption, quoted } from "./invalid-data.js";

type Options<Kind> = Exclude<keyof Extract<SyntheticSource | MemorySource, { kind: Kind }>, "kind">;
type Names<Name extends string> = Readonly<Record<Name, true>>;

const points = { numTrain: true, numVal: true, numTest: true } as const;
const csv: Names<keyof CsvOptions> = {
  name: true,
  label: true,
  task: true,
  classNames: true,
  columns: true,
  group: true,
  missing: true,
  missingValues: true,
  standardize: true,
  header: true,
  delimiter: true,
  valShare: true,
  testShare: true,
  maxCategories: true,
  maxBytes: true,
};
const idx: Names<keyof IdxOptions> = { name: true, classNames: true, valShare: true, maxBytes: true };
const npz: Names<keyof OpenNpzOptions> = { name: true, maxBytes: true, cacheFolder: true };
const images: Names<keyof ImageFolderOptions> = {
  name: true,
  size: true,
  channels: true,
  fit: true,
  onBadFile: true,
  valFrom: true,
  valShare: true,
  testShare: true,
  group: true,
  maxBytes: true,
  maxPixels: true,
  cacheFolder: true,
  onProgress: true,
};
const arrays: Names<Options<"arrays">> = {
  name: true,
  title: true,
  sampleShape: true,
  classNames: true,
  task: true,
  train: true,
  val: true,
  test: true,
  valShare: true,
  testShare: true,
};

const ofMemory = {
  "synthetic-xrays": points satisfies Names<Options<"synthetic-xrays">>,
  blobs: { ...points, numClasses: true, numFeatures: true, spread: true } satisfies Names<Options<"blobs">>,
  "two-spirals": { ...points, turns: true, noise: true } satisfies Names<Options<"two-spirals">>,
  arrays,
  npz: { name: true, maxBytes: true, file: true, bytes: true } satisfies Names<Options<"npz">>,
  idx: { ...idx, files: true } satisfies Names<Options<"idx">>,
  csv: { ...csv, file: true, bytes: true } satisfies Names<Options<"csv">>,
};
const ofPath = { npz, idx, csv, images };

/**
 * Refuses an option that nobody would read, such as one that is spelt another way.
 * @throws TrainerError `invalid_option` that names it, and those that the kind has.
 */
export function requireSourceOptions(source: { readonly kind: string }): void {
  const { path, kind, ...options } = source as { readonly path?: string; readonly kind: string };
  const kinds: Readonly<Record<string, Names<string>>> = path === undefined ? ofMemory : ofPath;
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!known) {
    const expected = Object.keys(kinds).join(", ") + (path === undefined ? "" : " for a path");
    throw invalidOption(`source.kind: expected one of ${expected}, got ${quoted(String(kind))}`);
  }
  const stray = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (stray === undefined) return;
  const expected = Object.keys(known).join(", ");
  throw invalidOption(`source (${kind}): expected options among ${expected}, got ${quoted(stray)}`);
}
