import { accessSync, constants, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { ServerError } from "../errors.js";

/**
 * Refuses when the disk of a folder is all but full: a run would end in the middle.
 * @throws ServerError `disk_full`
 */
export async function checkFreeBytes(folder: string, minFreeBytes: number): Promise<void> {
  if (minFreeBytes === 0) return;
  const freeBytes = await freeBytesOf(folder);
  if (freeBytes >= minFreeBytes) return;
  const [expected, received] = [`${inMiB(minFreeBytes)} free`, inMiB(freeBytes)];
  const message = `the disk that holds the data is nearly full: expected at least ${expected}, received ${received}; make room or lower --min-free-mb`;
  throw new ServerError("disk_full", message, { expected, received });
}

/** Of the disk of a folder, or of what is to hold it where there is none yet. */
async function freeBytesOf(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === folder) throw error;
    return freeBytesOf(parent);
  }
}

function inMiB(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

/**
 * What can be told of a path at once; what is wrong inside the file is told by the run.
 * @throws ServerError `data_unreadable`
 */
export function checkDataPath(path: string): void {
  const refuse = (expected: string, received: string, cause?: unknown): never => {
    const message = `data_path: expected ${expected}, received ${received}`;
    throw new ServerError("data_unreadable", message, { field: "data_path", expected, received, cause });
  };
  try {
    const status = statSync(path);
    if (!status.isFile() && !status.isDirectory()) refuse("a file or a folder", `${path}, which is neither`);
    accessSync(path, constants.R_OK);
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    refuse("a readable file or folder", `${path}, which ${reason}`, error);
  }
}
