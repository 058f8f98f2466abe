import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { TrainerError } from "../../errors.js";
import { shownPath } from "../invalid-data.js";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  EISDIR: "a directory",
  ENAMETOOLONG: "a name that is too long",
  ELOOP: "a loop of links",
  ENXIO: "no regular file",
};

/**
 * Reads a data file whole.
 * @throws TrainerError `unreadable_data` that names the path and says why: missing, a directory, no permission, empty
 * or larger than `maxBytes` (default 1 GiB).
 */
export async function readDataFile(path: string, maxBytes: number = 2 ** 30): Promise<Uint8Array> {
  try {
    await using file = await openPlainFile(path);
    const status = await file.stat();
    if (!status.isFile()) throw unreadable(path, status.isDirectory() ? "a directory" : "no regular file");
    if (status.size === 0) throw unreadable(path, "an empty file");
    if (status.size > maxBytes) throw unreadable(path, `${status.size} bytes, more than ${maxBytes}`);
    return await file.readFile();
  } catch (cause) {
    throw unreadableCause(path, cause);
  }
}

/** Opens a file to read; a named pipe does not make it wait. */
export function openPlainFile(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

/** The error for what the file system said about a path; a TrainerError stays what it is. */
export function unreadableCause(path: string, cause: unknown): TrainerError {
  if (cause instanceof TrainerError) return cause;
  const code = (cause as { code?: unknown }).code;
  const reason = typeof code === "string" ? (reasons[code] ?? code) : String(cause);
  return unreadable(path, reason, cause);
}

function unreadable(path: string, received: string, cause?: unknown): TrainerError {
  return new TrainerError(
    "unreadable_data",
    `data file ${shownPath(path)}: expected a readable file, got ${received}`,
    {
      cause,
    },
  );
}
