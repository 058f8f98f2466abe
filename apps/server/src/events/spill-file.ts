import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

export interface SpillFileOptions {
  /** Most bytes in the file. */
  readonly maxBytes: number;
  /** Time between two writes to the disk itself, in ms; 1,000. */
  readonly syncMs?: number | undefined;
}

/** Records that were read, and where the next ones begin. */
export interface SpillPage {
  readonly records: readonly Buffer[];
  readonly next: number;
  /** Lines that were not what was written. */
  readonly numDamaged: number;
}

const SUFFIX = ".spill";
/** A file that nobody has touched for this long belongs to no server any more. */
const ABANDONED_MS = 30_000;
const TOUCH_MS = 5_000;
const SYNC_MS = 1_000;
const NEWLINE = 0x0a;

/**
 * Records on disk that wait for something to be back: one on a line, each with its length and checksum, so that a torn or
 * damaged one is passed over and nothing else.
 */
export class SpillFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #maxBytes: number;
  readonly #timers: NodeJS.Timeout[];
  #size: number;
  #readUpTo = 0;
  #isDirty = false;
  #appending: Promise<unknown> = Promise.resolve();

  private constructor(
    path: string,
    file: FileHandle,
    size: number,
    { maxBytes, syncMs = SYNC_MS }: SpillFileOptions,
  ) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
    this.#maxBytes = maxBytes;
    this.#timers = [
      setInterval(() => void this.#sync(), syncMs).unref(),
      setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS).unref(),
    ];
  }

  /** Makes a file of one's own in a folder; `order` says where it belongs among others. */
  static async create(folder: string, order: number, options: SpillFileOptions): Promise<SpillFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, nameOf(order));
    return new SpillFile(path, await open(path, "wx+", 0o600), 0, options);
  }

  /** Takes the files over that servers have left behind in a folder: the oldest first. */
  static async takeOver(folder: string, options: SpillFileOptions): Promise<SpillFile[]> {
    const names = await readdir(folder).catch(() => []);
    const taken: SpillFile[] = [];
    for (const name of names.filter((each) => each.endsWith(SUFFIX)).sort()) {
      const from = join(folder, name);
      if (!(await isAbandoned(from, name))) continue;
      const path = join(folder, nameOf(Number.parseInt(name, 10)));
      try {
        // Of two servers that want it, one gets it.
        await rename(from, path);
        const file = await open(path, "r+");
        taken.push(new SpillFile(path, file, (await file.stat()).size, options));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
    return taken;
  }

  /** Whether everything that was appended has been read and released. */
  get isEmpty(): boolean {
    return this.#readUpTo >= this.#size;
  }

  get numBytes(): number {
    return this.#size - this.#readUpTo;
  }

  /** Appends records, as many as there is room for; answers how many. They are on disk for good with the next sync. */
  append(records: readonly Uint8Array[]): Promise<number> {
    const appended = this.#appending.then(() => this.#append(records));
    this.#appending = appended.catch(() => {});
    return appended;
  }

  /** Reads the oldest records, at most `maxBytes` of them; whole ones, at least one. */
  async read(maxBytes: number): Promise<SpillPage> {
    for (let length = maxBytes; ; length *= 2) {
      const wanted = Math.min(length, this.#size - this.#readUpTo);
      const buffer = Buffer.allocUnsafe(wanted);
      const { bytesRead } = await this.#file.read(buffer, 0, wanted, this.#readUpTo);
      const bytes = buffer.subarray(0, bytesRead);
      const isAll = this.#readUpTo + bytesRead >= this.#size || bytesRead < wanted;
      const end = isAll ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0 || isAll) {
        const next = isAll ? this.#size : this.#readUpTo + end;
        return { ...parseRecords(bytes.subarray(0, end)), next };
      }
    }
  }

  /** Lets go of everything before `next`. */
  async release(next: number): Promise<void> {
    await this.#appending;
    this.#readUpTo = next;
    if (!this.isEmpty) return;
    await this.#file.truncate(0);
    this.#size = 0;
    this.#readUpTo = 0;
  }

  /** Writes what is left to the disk. An empty file is removed; another stays for the next server. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#appending;
    await this.#sync();
    await this.#file.close();
    if (this.isEmpty) await rm(this.#path, { force: true });
    // Nobody has to wait until it looks abandoned; if somebody thought so already, it is theirs.
    else await utimes(this.#path, 0, 0).catch(() => {});
  }

  async #append(records: readonly Uint8Array[]): Promise<number> {
    const lines: Uint8Array[] = [];
    let numBytes = 0;
    let numRecords = 0;
    for (const record of records) {
      const head = Buffer.from(`${crc32(record).toString(16).padStart(8, "0")} ${record.length} `);
      const length = head.length + record.length + 1;
      if (this.#size + numBytes + length > this.#maxBytes) break;
      lines.push(head, record, END);
      numBytes += length;
      numRecords++;
    }
    if (numRecords === 0) return 0;
    const bytes = Buffer.concat(lines, numBytes);
    for (let written = 0; written < numBytes; ) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        written,
        numBytes - written,
        this.#size + written,
      );
      written += bytesWritten;
    }
    // What a failed write left behind is written over by the next one.
    this.#size += numBytes;
    this.#isDirty = true;
    return numRecords;
  }

  async #sync(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.#file.datasync();
    } catch {
      this.#isDirty = true;
    }
  }
}

const END = Buffer.from("\n");

/** The process is in the name, so that what a killed one left can be told at once. */
function nameOf(order: number): string {
  return `${String(order).padStart(16, "0")}-${process.pid}-${randomBytes(6).toString("hex")}${SUFFIX}`;
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const pid = Number(name.split("-")[1]);
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > ABANDONED_MS) return true;
  } catch {
    return false;
  }
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function parseRecords(bytes: Buffer): { records: Buffer[]; numDamaged: number } {
  const records: Buffer[] = [];
  let numDamaged = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const record = newline < 0 ? undefined : parseRecord(bytes.subarray(start, end));
    if (record) records.push(record);
    else if (end > start) numDamaged++;
    start = end + 1;
  }
  return { records, numDamaged };
}

function parseRecord(line: Buffer): Buffer | undefined {
  const space = line.indexOf(" ", 9);
  if (space < 0) return undefined;
  const record = line.subarray(space + 1);
  const isWhole =
    Number(line.toString("latin1", 9, space)) === record.length &&
    Number.parseInt(line.toString("latin1", 0, 8), 16) === crc32(record);
  return isWhole ? record : undefined;
}
