/** One thing to store, and to tell once it is stored. */
export interface JournalEntry {
  /** May be called again after it failed, and then does the rest. */
  store(): Promise<void>;
  /** Called once: after it was stored, or when that has to wait. */
  announce(): void;
}

export interface AlertJournalOptions {
  /** Time between tries, in ms; 1,000. */
  readonly retryMs?: number | undefined;
}

const MAX_ENTRIES = 10_000;
const RETRY_MS = 1_000;
/** SQLSTATE classes for values that a column cannot hold and for broken constraints. */
const REFUSED = /^2[23]/;

interface Waiting extends JournalEntry {
  isAnnounced: boolean;
}

/** Stores what becomes of alerts in order, again and again while the database is away. */
export class AlertJournal {
  readonly #retryMs: number;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** The write that is on its way. */
  #step: Promise<void> | undefined;
  #failure: string | undefined;
  #numMissed = 0;
  #wakeUp = () => {};
  #isClosed = false;

  constructor({ retryMs = RETRY_MS }: AlertJournalOptions = {}) {
    this.#retryMs = retryMs;
  }

  /** Why the last write failed, until one succeeds. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What was told and is not stored: there was too much of it, or the database refused it. */
  get numMissed(): number {
    return this.#numMissed;
  }

  push(entry: JournalEntry): void {
    const waiting = { store: () => entry.store(), announce: () => entry.announce(), isAnnounced: false };
    this.#waiting.push(waiting);
    // The first may be on its way into the database.
    if (this.#waiting.length > MAX_ENTRIES) {
      const [left] = this.#waiting.splice(1, 1);
      if (left) announce(left);
      this.#numMissed += 1;
    }
    if (this.#failure !== undefined) announce(waiting);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Waits until everything is stored, or cannot be for now. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 && this.#failure === undefined) await Promise.resolve(this.#step);
  }

  /** Tries once more what is left, and stops. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wakeUp();
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (;;) {
      const first = this.#waiting[0];
      if (!first) return;
      this.#step = this.#store(first);
      await this.#step;
      if (this.#failure === undefined) continue;
      if (this.#isClosed) return;
      await this.#pause();
    }
  }

  async #store(entry: Waiting): Promise<void> {
    try {
      await entry.store();
      this.#failure = undefined;
    } catch (error) {
      if (!isRefusal(error)) {
        this.#failure = error instanceof Error ? error.message : String(error);
        for (const waiting of this.#waiting) announce(waiting);
        return;
      }
      this.#failure = undefined;
      this.#numMissed += 1;
    }
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    announce(entry);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#retryMs);
      timer.unref();
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function announce(waiting: Waiting): void {
  if (waiting.isAnnounced) return;
  waiting.isAnnounced = true;
  waiting.announce();
}

/** Whether trying again cannot help. */
function isRefusal(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (REFUSED.test(String((inner as { code?: unknown }).code ?? ""))) return true;
  }
  return false;
}
