// The only file of the data sets that needs Node: the import is inside, so that a browser can load the rest.
import { TrainerError } from "../errors.js";

/** Largest data file that is read into memory. */
export const MAX_FILE_BYTES = 1024 ** 3;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  EISDIR: "a directory",
  ENAMETOOLONG: "a name that is too long",
  ELOOP: "a loop of links",
};

/**
 * Reads a data file whole.
 * @throws TrainerError `unreadable_data` that names the path and says why: missing, a directory, no permission, empty
 * or larger than {@link MAX_FILE_BYTES}.
 */
export async function readDataFile(path: string): Promise<Uint8Array> {
  const { open } = await import("node:fs/promises");
  try {
    await using file = await open(path, "r");
    const status = await file.stat();
    if (!status.isFile()) throw unreadable(path, status.isDirectory() ? "a directory" : "no regular file");
    if (status.size === 0) throw unreadable(path, "an empty file");
    if (status.size > MAX_FILE_BYTES) {
      throw unreadable(path, `${status.size} bytes, more than ${MAX_FILE_BYTES}`);
    }
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    const code = (cause as { code?: unknown }).code;
    const reason = typeof code === "string" ? (reasons[code] ?? code) : String(cause);
    throw unreadable(path, reason, cause);
  }
}

function unreadable(path: string, received: string, cause?: unknown): TrainerError {
  return new TrainerError("unreadable_data", `data file ${path}: expected a readable file, got ${received}`, {
    cause,
  });
}
