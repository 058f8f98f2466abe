import type { TimelineAnswer } from "@fedloom/protocol";

/** Rounds that are asked for at once. */
const WINDOW = 100;
const MAX_AT_ONCE = 2;
/** How long to leave a question that was not answered. */
const RETRY_MS = 3_000;
/** How long to believe that a round has not begun: usually live events tell it first. */
const STALE_MS = 10_000;

export interface TimelineLoaderOptions {
  /** Pages of clients of some rounds, both included. */
  read: (rounds: { from: number; to: number }, signal: AbortSignal) => AsyncIterable<TimelineAnswer>;
  isMissing: (round: number) => boolean;
  onPage: (page: TimelineAnswer, from: number) => void;
  /** Called with what went wrong, and with nothing when it is well again. */
  onError: (error: unknown) => void;
  /** A clock in ms. */
  now?: () => number;
}

/** Reads the rounds that are looked at and not known, newest first, some at a time. */
export class TimelineLoader {
  readonly #options: TimelineLoaderOptions;
  readonly #stop = new AbortController();
  readonly #asking = new Set<number>();
  /** Of windows that were read: the newest round that there was, and when. */
  readonly #read = new Map<number, { newest: number; at: number }>();
  #wanted = { from: 1, to: 0 };
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TimelineLoaderOptions) {
    this.#options = options;
  }

  /** Says which rounds are looked at; what was asked for before is still taken in. */
  want(from: number, to: number): void {
    if (from === this.#wanted.from && to === this.#wanted.to) return;
    this.#wanted = { from, to };
    this.#next();
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#retry);
  }

  #next(): void {
    while (this.#asking.size < MAX_AT_ONCE && !this.#stop.signal.aborted && this.#retry === undefined) {
      const window = this.#missingWindow();
      if (window === undefined) return;
      void this.#ask(window);
    }
  }

  #missingWindow(): number | undefined {
    const { from, to } = this.#wanted;
    for (let window = windowOf(to); window >= windowOf(from); window -= 1) {
      if (this.#asking.has(window)) continue;
      const end = Math.min(to, (window + 1) * WINDOW, this.#newestOf(window));
      for (let round = Math.max(from, window * WINDOW + 1); round <= end; round += 1) {
        if (this.#options.isMissing(round)) return window;
      }
    }
    return undefined;
  }

  #newestOf(window: number): number {
    const read = this.#read.get(window);
    return read && this.#now() - read.at < STALE_MS ? read.newest : Number.POSITIVE_INFINITY;
  }

  #now(): number {
    return (this.#options.now ?? performance.now.bind(performance))();
  }

  async #ask(window: number): Promise<void> {
    const { read, onPage, onError } = this.#options;
    const from = window * WINDOW + 1;
    this.#asking.add(window);
    try {
      let newest = 0;
      for await (const page of read({ from, to: from + WINDOW - 1 }, this.#stop.signal)) {
        if (this.#stop.signal.aborted) return;
        newest = Math.max(newest, page.rounds.at(-1)?.round ?? 0);
        onPage(page, from);
      }
      this.#read.set(window, { newest, at: this.#now() });
      onError(undefined);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      onError(error);
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        this.#next();
      }, RETRY_MS);
    } finally {
      this.#asking.delete(window);
    }
    this.#next();
  }
}

function windowOf(round: number): number {
  return Math.floor((round - 1) / WINDOW);
}
