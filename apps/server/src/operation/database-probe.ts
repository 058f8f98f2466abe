/** Whether the database answers. */
export interface DatabaseState {
  readonly isUp: boolean;
  /** How long the last answer took, in ms; absent while there is none. */
  readonly latencyMs?: number;
  /** Why it is not up, in words that name nothing internal. */
  readonly reason?: string;
}

export interface DatabaseProbeOptions {
  /** Longest wait for an answer, in ms; 1,000. */
  timeoutMs?: number;
  /** How long an answer counts, in ms; 500. */
  maxAgeMs?: number;
  /** Monotonic time in ms, for tests. */
  clock?: () => number;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens where it should be",
  ECONNRESET: "the connection was cut",
  CONNECTION_CLOSED: "the connection was cut",
  CONNECTION_ENDED: "the connection was ended",
  CONNECT_TIMEOUT: "no answer",
  "53100": "its disk is full",
  "53300": "it has too many connections",
  "57P01": "it is shutting down",
  "57P02": "it has crashed",
  "57P03": "it is starting up",
};

/** Asks the database whether it is there: one question at a time, however many want to know. */
export class DatabaseProbe {
  readonly #ping: () => Promise<unknown>;
  readonly #options: Required<DatabaseProbeOptions>;
  #asking: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #last: DatabaseState = { isUp: false, reason: "not asked yet" };

  constructor(ping: () => Promise<unknown>, options: DatabaseProbeOptions = {}) {
    this.#ping = ping;
    this.#options = { timeoutMs: 1_000, maxAgeMs: 500, clock: () => performance.now(), ...options };
  }

  /** The state now, or a moment ago; a database that does not answer in time is not up. */
  async state(): Promise<DatabaseState> {
    const { clock, maxAgeMs, timeoutMs } = this.#options;
    if (clock() - this.#answeredAt < maxAgeMs) return this.#last;
    this.#asking ??= this.#ask();
    const remainingMs = Math.max(0, this.#askedAt + timeoutMs - clock());
    if (await settlesWithin(this.#asking, remainingMs)) return this.#last;
    const seconds = ((clock() - this.#askedAt) / 1_000).toFixed(1);
    return { isUp: false, reason: `no answer for ${seconds} s` };
  }

  async #ask(): Promise<void> {
    const { clock } = this.#options;
    this.#askedAt = clock();
    try {
      await this.#ping();
      this.#last = { isUp: true, latencyMs: clock() - this.#askedAt };
    } catch (error) {
      this.#last = { isUp: false, reason: reasonOf(error) };
    } finally {
      this.#answeredAt = clock();
      this.#asking = undefined;
    }
  }
}

function settlesWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** The driver's own messages name hosts, users and files. */
function reasonOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as NodeJS.ErrnoException;
    if (code !== undefined && Object.hasOwn(REASONS, code)) return REASONS[code] as string;
  }
  return "it refuses to answer; the server's log says more";
}
