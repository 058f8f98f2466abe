import { createHash } from "node:crypto";
import { type FileHandle, realpath } from "node:fs/promises";
import { basename } from "node:path";
import type { Dataset } from "../dataset.js";
import { invalidData } from "../invalid-data.js";
import {
  describeMedMnist,
  type MedMnistEntries,
  type MedMnistPart,
  medMnistEntries,
  parseMedMnist,
} from "../medmnist.js";
import { parseNpy, parseNpyHeader } from "../npy.js";
import type { ZipEntry } from "../zip.js";
import { openFeatureFile } from "./feature-file.js";
import { defaultCacheFolder, type Part, packRows, type Row, type SkippedRow } from "./packed-rows.js";
import { openPlainFile, readDataFile, unreadableCause } from "./read-data-file.js";
import { readEntryStart, readFully, zipEntryChunks } from "./zip-entry-chunks.js";

export interface OpenNpzOptions {
  /** Of the data set; see `parseMedMnist`. */
  readonly name: string;
  /** Most bytes that the arrays may take in memory; images that take more are kept in files of rows. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Where such files are kept; default: under the system's temporary folder. */
  readonly cacheFolder?: string;
}

const parts = ["train", "val", "test"] as const;
/** The directory of six arrays is far smaller. */
const DIRECTORY_BYTES = 2 ** 20;
/** Labels are read into memory. */
const MAX_LABEL_BYTES = 2 ** 28;

/**
 * Opens a MedMNIST `.npz` file of any size. Images that do not fit memory are unpacked once, row by row, into files.
 * @throws TrainerError as `parseMedMnist`, and `unreadable_data` for files and folders that cannot be used.
 */
export async function openNpzFile(path: string, options: OpenNpzOptions): Promise<Dataset> {
  const { maxBytes = 2 ** 30 } = options;
  const file = basename(path);
  await using handle = await openPlainFile(path).catch((cause: unknown) => {
    throw unreadableCause(path, cause);
  });
  const status = await handle.stat();
  if (!status.isFile() || status.size <= maxBytes) {
    const bytes = await readDataFile(path, maxBytes);
    const fits = medMnistEntries(bytes, { file }).declaredBytes <= maxBytes;
    if (fits) return parseMedMnist(bytes, { file, name: options.name, maxBytes });
  }
  const start = Math.max(0, status.size - DIRECTORY_BYTES);
  const { entries } = medMnistEntries(await readFully(handle, start, status.size - start), { file, start });
  const described = await describeParts(handle, entries, file);
  const complete = describeMedMnist(described, { file, name: options.name });
  const rowBytes = described.train.images.shape.slice(1).reduce((product, size) => product * size, 1);
  const identity = JSON.stringify(["npz 1", await realpath(path), status.size, status.mtimeMs]);
  const packed = await packRows({
    cacheFolder: options.cacheFolder ?? (await defaultCacheFolder()),
    key: createHash("sha256").update(identity).digest("hex").slice(0, 40),
    rowBytes,
    rows: () => imageRows(handle, entries, { file, rowBytes }),
  });
  const openPart = (part: Part) => openFeatureFile(packed.path(part), rowBytes);
  return complete({ train: openPart("train"), val: openPart("val"), test: openPart("test") });
}

type Entries = MedMnistEntries["entries"];

async function describeParts(
  handle: FileHandle,
  entries: Entries,
  file: string,
): Promise<Record<Part, MedMnistPart>> {
  const describe = async (part: Part): Promise<MedMnistPart> => {
    const { images, labels } = entries[part];
    const where = `${file}: ${part}`;
    const header = parseNpyHeader(await readEntryStart(handle, images, file), `${where}_images`);
    const bytes = header.headerBytes + header.numValues * header.itemBytes;
    if (bytes !== images.uncompressedBytes) {
      throw invalidData(
        `${where}_images: expected ${bytes} bytes for shape (${header.shape.join(", ")}), got ${images.uncompressedBytes}`,
      );
    }
    if (labels.uncompressedBytes > MAX_LABEL_BYTES) {
      throw invalidData(
        `${where}_labels: expected at most ${MAX_LABEL_BYTES} bytes, got ${labels.uncompressedBytes}`,
      );
    }
    return { images: header, labels: parseNpy(await readEntry(handle, labels, file), `${where}_labels`) };
  };
  return { train: await describe("train"), val: await describe("val"), test: await describe("test") };
}

async function readEntry(handle: FileHandle, entry: ZipEntry, file: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipEntryChunks(handle, entry, file)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The images of all parts, one by one; a row is valid until the next one. */
async function* imageRows(
  handle: FileHandle,
  entries: Entries,
  { file, rowBytes }: { file: string; rowBytes: number },
): AsyncGenerator<Row, SkippedRow[], undefined> {
  for (const part of parts) {
    const { images } = entries[part];
    const start = await readEntryStart(handle, images, file);
    let toSkip = parseNpyHeader(start, `${file}: ${part}_images`).headerBytes;
    const row = new Uint8Array(rowBytes);
    let filled = 0;
    for await (const chunk of zipEntryChunks(handle, images, file)) {
      let at = Math.min(toSkip, chunk.length);
      toSkip -= at;
      while (at < chunk.length) {
        const taken = chunk.subarray(at, at + rowBytes - filled);
        row.set(taken, filled);
        at += taken.length;
        filled = (filled + taken.length) % rowBytes;
        if (filled === 0) yield { part, row };
      }
    }
  }
  return [];
}
