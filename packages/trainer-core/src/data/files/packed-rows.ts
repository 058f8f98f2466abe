import { constants } from "node:fs";
import { lstat, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { TrainerError } from "../../errors.js";

export type Part = "train" | "val" | "test";

/** The bytes of one sample. */
export interface Row {
  readonly part: Part;
  readonly row: Uint8Array;
}

/** A sample that was left out: its place in the listing, and why. */
export interface SkippedRow {
  readonly index: number;
  readonly message: string;
}

/** Rows of bytes by part, in files of one folder; complete, or not there. */
export interface PackedRows {
  /** The file of a part. */
  path(part: Part): string;
  readonly numRows: Readonly<Record<Part, number>>;
  /** Place in the listing and reason of each file that was left out. */
  readonly skipped: readonly SkippedRow[];
}

export interface PackRowsOptions {
  /** Where packed rows are kept, each under its key. */
  readonly cacheFolder: string;
  /** Stands for all that the rows depend on. */
  readonly key: string;
  readonly rowBytes: number;
  /** Gives the rows, and at last what was left out. */
  readonly rows: () => AsyncGenerator<Row, SkippedRow[], undefined>;
}

const parts = ["train", "val", "test"] as const;

/**
 * Packs rows into files, or takes those that were packed before under the same key. They appear whole or not at all: they
 * are written aside and moved in one step; of two processes that pack the same, one takes the other's.
 * @throws TrainerError `unreadable_data` for a cache folder that cannot be used; what `rows` throws.
 */
export async function packRows(options: PackRowsOptions): Promise<PackedRows> {
  const { cacheFolder, key, rowBytes } = options;
  const folder = join(cacheFolder, key);
  const found = await readPacked(folder, rowBytes);
  if (found) return found;
  let aside: string | undefined;
  try {
    await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
    await rm(folder, { recursive: true, force: true });
    aside = await mkdtemp(join(cacheFolder, `.${key.slice(0, 16)}-`));
    await writeRows(aside, options);
    // Where another process was faster, its folder is in the way and as good.
    await rename(aside, folder).catch(() => undefined);
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrainerError(
      "unreadable_data",
      `cacheFolder ${cacheFolder}: expected room for images, got: ${reason}`,
      {
        cause,
      },
    );
  } finally {
    if (aside !== undefined) await rm(aside, { recursive: true, force: true });
  }
  const packed = await readPacked(folder, rowBytes);
  if (packed) return packed;
  throw new TrainerError(
    "unreadable_data",
    `cacheFolder ${cacheFolder}: expected packed images in it, got none`,
  );
}

/**
 * The folder for packed images under the system's temporary one: the user's own, which nobody else can write to.
 * @throws TrainerError `unreadable_data` if somebody else has taken its name.
 */
export async function defaultCacheFolder(): Promise<string> {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `fedloom-images-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const status = await lstat(folder);
  const open = uid >= 0 && (status.uid !== uid || (status.mode & 0o022) !== 0);
  if (!status.isDirectory() || open) {
    throw new TrainerError(
      "unreadable_data",
      `cacheFolder ${folder}: expected a folder of one's own, got one that others can write to: name another`,
    );
  }
  return folder;
}

async function writeRows(folder: string, { rowBytes, rows }: PackRowsOptions): Promise<void> {
  const numRows = { train: 0, val: 0, test: 0 };
  await using train = await open(
    pathOf(folder, "train"),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  );
  await using val = await open(
    pathOf(folder, "val"),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  );
  await using test = await open(
    pathOf(folder, "test"),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  );
  const files = { train, val, test };
  const source = rows();
  for (;;) {
    const { done, value } = await source.next();
    if (done) {
      for (const part of parts) await files[part].sync();
      await writeFile(join(folder, "packed.json"), JSON.stringify({ rowBytes, numRows, skipped: value }), {
        flush: true,
      });
      return;
    }
    await files[value.part].appendFile(value.row);
    numRows[value.part] += 1;
  }
}

/** What was packed before, unless something about it is not right: then it is packed again. */
async function readPacked(folder: string, rowBytes: number): Promise<PackedRows | undefined> {
  try {
    const { numRows, skipped, ...rest } = JSON.parse(await readFile(join(folder, "packed.json"), "utf8"));
    if (rest.rowBytes !== rowBytes || !Array.isArray(skipped)) return undefined;
    for (const part of parts) {
      const { size } = await stat(pathOf(folder, part));
      if (!Number.isSafeInteger(numRows[part]) || size !== numRows[part] * rowBytes) return undefined;
    }
    return { numRows, skipped, path: (part) => pathOf(folder, part) };
  } catch {
    return undefined;
  }
}

function pathOf(folder: string, part: Part): string {
  return join(folder, `${part}.bytes`);
}
