export interface LastReadingOptions<Value> {
  read: () => Promise<Value>;
  /** What is answered until something was read. */
  first: Value;
  /** Hears once why it cannot be read, and without a reason when it can be again. */
  onFailure: (reason: string | undefined) => void;
  /** How long an answer is waited for, in ms; 3,000. */
  patienceMs?: number;
}

/**
 * Something that is read again and again and may fail or hang, as a network disk does: then its last value stands. There
 * is never more than one reading at a time, so that a hanging one takes no more than one thread.
 */
export class LastReading<Value> {
  readonly #options: LastReadingOptions<Value>;
  #value: Value;
  #reading: Promise<void> | undefined;
  #hasFailed = false;

  constructor(options: LastReadingOptions<Value>) {
    this.#options = options;
    this.#value = options.first;
  }

  /** The newest value; never rejects. */
  async read(): Promise<Value> {
    const { patienceMs = 3_000 } = this.#options;
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#fail(`no answer within ${patienceMs} ms`);
        resolve();
      }, patienceMs);
    });
    await Promise.race([this.#reading, patience]);
    clearTimeout(timer);
    return this.#value;
  }

  async #readNow(): Promise<void> {
    try {
      this.#value = await this.#options.read();
      if (this.#hasFailed) this.#options.onFailure(undefined);
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #fail(reason: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(reason);
  }
}
