import { SpillFile, type SpillFileOptions } from "./spill-file.js";

/** The oldest records on disk. */
export interface QueuedRecords {
  readonly records: readonly Buffer[];
  /** Lines that were not what had been written. */
  readonly numDamaged: number;
  /** Whether this server has put them there. */
  readonly isOwn: boolean;
  /** Lets go of them. */
  release(): Promise<void>;
}

/** Bytes on their way to the disk; when it is slower than that, records are refused. */
const MAX_APPENDING_BYTES = 32 * 1024 * 1024;

/** Events that wait on disk: what servers before this one have left, then its own. */
export class SpillQueue {
  readonly #folder: string;
  readonly #options: SpillFileOptions;
  readonly #order: number;
  readonly #own: SpillFile;
  readonly #files: SpillFile[];
  #appending: Promise<unknown> = Promise.resolve();
  #appendingBytes = 0;
  #numOwn = 0;

  private constructor(folder: string, files: SpillFile[], order: number, options: SpillFileOptions) {
    this.#folder = folder;
    this.#files = files;
    this.#own = files.at(-1) as SpillFile;
    this.#order = order;
    this.#options = options;
  }

  /** Opens a folder and takes over what is in it of servers that run no longer. */
  static async open(folder: string, options: SpillFileOptions): Promise<SpillQueue> {
    const left = await SpillFile.takeOver(folder, options);
    const order = Date.now();
    return new SpillQueue(folder, [...left, await SpillFile.create(folder, order, options)], order, options);
  }

  get isEmpty(): boolean {
    return this.#appendingBytes === 0 && this.#files.every((file) => file.isEmpty);
  }

  /** Records of this server that wait. */
  get numOwn(): number {
    return this.#numOwn;
  }

  /** Puts records at the end; answers how many there was room for. */
  async append(records: readonly Buffer[]): Promise<number> {
    const bytes = records.reduce((sum, record) => sum + record.length, 0);
    if (this.#appendingBytes + bytes > MAX_APPENDING_BYTES) return 0;
    this.#appendingBytes += bytes;
    const appended = this.#own.append(records).catch(() => 0);
    this.#appending = appended;
    const num = await appended;
    this.#appendingBytes -= bytes;
    this.#numOwn += num;
    return num;
  }

  /** Reads about `maxBytes` of the oldest records; undefined when there are none. */
  async read(maxBytes: number): Promise<QueuedRecords | undefined> {
    const file = this.#files.find((each) => !each.isEmpty);
    if (!file) return undefined;
    const { next, ...page } = await file.read(maxBytes);
    const isOwn = file === this.#own;
    const release = async () => {
      await file.release(next);
      if (isOwn) {
        this.#numOwn = file.isEmpty ? 0 : Math.max(0, this.#numOwn - page.records.length);
      } else if (file.isEmpty) {
        this.#files.splice(this.#files.indexOf(file), 1);
        await file.close();
      }
    };
    return { ...page, isOwn, release };
  }

  /** Waits until everything that was appended is in the file. */
  async settle(): Promise<void> {
    await this.#appending;
  }

  /** Keeps records that come before everything of this server, and leaves all that is there to the next server. */
  async close(before: readonly Buffer[]): Promise<void> {
    await this.settle();
    if (before.length > 0) {
      const file = await SpillFile.create(this.#folder, this.#order - 1, this.#options);
      await file.append(before);
      await file.close();
    }
    await Promise.all(this.#files.map((file) => file.close()));
  }
}
