import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { TrainerError } from "../../errors.js";
import { quoted, shownPath } from "../invalid-data.js";
import { idxFiles } from "./open-idx-folder.js";
import { unreadableCause } from "./read-data-file.js";

/** What a path can lead to: a MedMNIST file, a folder of IDX files, a table, a folder of images. */
export type DataKind = "npz" | "idx" | "csv" | "images";

/**
 * Finds what a path leads to, by looking: a folder with IDX files or with folders, a file that is a ZIP archive or has
 * the name of a table.
 * @throws TrainerError `unreadable_data` for a path that cannot be read, or that leads to none of these.
 */
export async function findDataKind(path: string): Promise<DataKind> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) return await kindOfFolder(path);
    if (!status.isFile()) throw unknownKind(path, "no regular file");
    if (status.size === 0) throw unknownKind(path, "an empty file");
    return await kindOfFile(path);
  } catch (cause) {
    throw unreadableCause(path, cause);
  }
}

async function kindOfFile(path: string): Promise<DataKind> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
  const isZip = bytesRead === 2 && buffer[0] === 0x50 && buffer[1] === 0x4b;
  if (isZip || /\.npz$/i.test(path)) return "npz";
  if (/\.(?:csv|tsv|data|txt)$/i.test(path)) return "csv";
  const received = /ubyte(?:\.gz)?$/i.test(path) ? "one IDX file: name the folder of all four" : quoted(path);
  throw unknownKind(path, received);
}

async function kindOfFolder(path: string): Promise<DataKind> {
  const names = (await readdir(path)).sort();
  if (idxFiles(names).length > 0) return "idx";
  for (const name of names) {
    const status = await stat(join(path, name)).catch(() => undefined);
    if (status?.isDirectory()) return "images";
  }
  throw unknownKind(path, names.length > 0 ? quoted(names.slice(0, 12).join(", "), 300) : "an empty folder");
}

function unknownKind(path: string, received: string): TrainerError {
  return new TrainerError(
    "unreadable_data",
    `data file ${shownPath(path)}: expected a MedMNIST file (.npz), a table (.csv), a folder with the four files of MNIST, or a ` +
      `folder of images in folders of classes, got ${received}`,
  );
}
