import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { dataName } from "../data-name.js";
import type { Dataset, Features, Samples } from "../dataset.js";
import { openFeatureFile } from "../files/feature-file.js";
import {
  defaultCacheFolder,
  type PackedRows,
  type Part,
  packRows,
  type Row,
  type SkippedRow,
} from "../files/packed-rows.js";
import { invalidData } from "../invalid-data.js";
import { decodeRows } from "./decode-rows.js";
import { type ImageFolderOptions, imageForm } from "./image-folder-options.js";
import { listImages } from "./list-images.js";
import { type SortedImage, sortIntoParts } from "./sort-into-parts.js";

const MAX_WARNINGS = 20;
const parts = ["train", "val", "test"] as const;

/**
 * Opens a folder of JPEG and PNG images in folders of classes, `train|val|test/CLASS/*` or `CLASS/*`: resized to one size,
 * features are bytes. Parts without a folder are drawn by the seed, class by class. Needs the package `@napi-rs/image`.
 *
 * Images are decoded a few at a time; if all of them are too large for memory, features are files of rows.
 * @throws TrainerError `invalid_data` that names the file and what is wrong with it, `unreadable_data`, `invalid_option`.
 */
export async function openImageFolder(
  folder: string,
  options: ImageFolderOptions & { readonly seed: number },
): Promise<Dataset> {
  const form = imageForm(options);
  const { maxBytes = 2 ** 30 } = options;
  const listed = await listImages(folder);
  const classNames = [...new Set(listed.map(({ className }) => className))].sort();
  if (classNames.length < 2 || classNames.length > 256) {
    throw invalidData(
      `${folder}: expected 2 to 256 folders of classes, got ${classNames.length} (${classNames[0]} …)`,
    );
  }
  const images = sortIntoParts(listed, { ...options, classNames });
  const rowBytes = form.height * form.width * form.channels;
  const inMemory = images.length * rowBytes <= maxBytes;
  const rows = () => decodeRows(images, { ...options, form, folder });
  const packed =
    inMemory && options.cacheFolder === undefined
      ? undefined
      : await packRows({
          cacheFolder: options.cacheFolder ?? (await defaultCacheFolder()),
          key: await cacheKey(folder, images, { ...form, onBadFile: options.onBadFile ?? "refuse" }),
          rowBytes,
          rows,
        });
  const { features, skipped } = packed
    ? await readPackedRows(packed, { inMemory, rowBytes })
    : await collectRows(rows(), images, rowBytes);
  const left = new Set(skipped.map(({ index }) => index));
  const samplesOf = (part: Part): Samples => {
    const kept = images.filter((image, index) => image.part === part && !left.has(index));
    if (kept.length === 0) throw invalidData(`${folder}: expected images for ${part}, got none`);
    return {
      numSamples: kept.length,
      features: features[part],
      labels: Uint8Array.from(kept, ({ label }) => label),
    };
  };
  const name = options.name ?? dataName(folder);
  return {
    name,
    title: name,
    synthetic: false,
    sampleShape: [form.height, form.width, form.channels],
    classNames,
    ...(skipped.length > 0 && { warnings: warningsOf(skipped) }),
    train: samplesOf("train"),
    val: samplesOf("val"),
    test: samplesOf("test"),
  };
}

interface Rows {
  readonly features: Readonly<Record<Part, Features>>;
  readonly skipped: readonly SkippedRow[];
}

async function collectRows(
  rows: AsyncGenerator<Row, SkippedRow[], undefined>,
  images: readonly SortedImage[],
  rowBytes: number,
): Promise<Rows> {
  const numRows = { train: 0, val: 0, test: 0 };
  for (const { part } of images) numRows[part] += 1;
  const room = (part: Part) => new Uint8Array(numRows[part] * rowBytes);
  const features = { train: room("train"), val: room("val"), test: room("test") };
  const end = { train: 0, val: 0, test: 0 };
  for (;;) {
    const { done, value } = await rows.next();
    if (done) {
      for (const part of parts) features[part] = features[part].subarray(0, end[part]);
      return { features, skipped: value };
    }
    features[value.part].set(value.row, end[value.part]);
    end[value.part] += rowBytes;
  }
}

async function readPackedRows(
  packed: PackedRows,
  { inMemory, rowBytes }: { inMemory: boolean; rowBytes: number },
): Promise<Rows> {
  const { numRows, skipped } = packed;
  const open = async (part: Part): Promise<Features> => {
    if (numRows[part] === 0) return new Uint8Array(0);
    return inMemory ? readFile(packed.path(part)) : openFeatureFile(packed.path(part), rowBytes);
  };
  return {
    features: { train: await open("train"), val: await open("val"), test: await open("test") },
    skipped,
  };
}

/** Changes with every file's name, size and time, with its part, and with how images are made. */
async function cacheKey(folder: string, images: readonly SortedImage[], form: object): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(["images 1", await realpath(folder), form]));
  for (const { part, path, bytes, modifiedMs } of images) {
    hash.update(JSON.stringify([part, path, bytes, modifiedMs]));
  }
  return hash.digest("hex").slice(0, 40);
}

function warningsOf(skipped: readonly SkippedRow[]): string[] {
  const warnings = skipped.slice(0, MAX_WARNINGS).map(({ message }) => `left out: ${message}`);
  const rest = skipped.length - warnings.length;
  return rest > 0 ? [...warnings, `left out: ${rest} more files`] : warnings;
}
