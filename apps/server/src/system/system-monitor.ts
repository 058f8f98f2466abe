import { type Database, DbError, type HostSample } from "@fedloom/db";
import { createEvent, toWireEvent } from "@fedloom/protocol";
import type { Relay, StreamEntry } from "@fedloom/relay";
import { createSystemSampler, SAMPLE_INTERVAL_MS, type SystemSampler } from "@fedloom/system";
import { type CurrentSample, HostBoard, sampleOf } from "./host-board.js";
import { SampleQueue } from "./sample-queue.js";

export interface SystemMonitorOptions {
  relay: Pick<Relay, "publish" | "onEvent">;
  database: Pick<Database, "hosts">;
  /** Its filesystem is the disk that is measured. */
  dataDirectory: string;
  /** Name of this machine; that of its network. */
  host?: string | undefined;
  /** Time between samples of this machine, in ms; 5,000. */
  intervalMs?: number | undefined;
  /** Sources of time, for tests. */
  now?: (() => Date) | undefined;
  clock?: (() => number) | undefined;
}

export interface SystemFigures {
  /** Hosts of which something was heard in the last 30 s. */
  readonly numHosts: number;
  /** Samples that wait to be stored, and those that had to go before. */
  readonly numWaiting: number;
  readonly numLeftOut: number;
  /** Why something is missing at present. */
  readonly failure: string | undefined;
}

/** Most samples of one statement. */
const MAX_BATCH = 1_000;
const FLUSH_DEADLINE_MS = 2_000;
/** How soon after the start, and then how often, samples are thinned, in ms. */
const FIRST_THIN_MS = 60_000;
const THIN_MS = 60 * 60_000;

/** Says how this machine is every few seconds, and keeps what all machines say. */
export function startSystemMonitor(options: SystemMonitorOptions): SystemMonitor {
  return new SystemMonitor(options);
}

/** See {@link startSystemMonitor}. */
export class SystemMonitor implements AsyncDisposable {
  readonly #options: SystemMonitorOptions;
  readonly #now: () => Date;
  readonly #clock: () => number;
  readonly #intervalMs: number;
  readonly #board: HostBoard;
  readonly #queue: SampleQueue;
  readonly #sampler: SystemSampler;
  readonly #stopListening: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #closing = new AbortController();
  readonly #unreadable = new Set<string>();
  #writing: Promise<void> | undefined;
  #thinning: Promise<void> | undefined;
  #writeFailure: string | undefined;
  #numRefused = 0;

  constructor(options: SystemMonitorOptions) {
    const { relay, now = () => new Date(), clock = () => performance.now() } = options;
    this.#options = options;
    this.#now = now;
    this.#clock = clock;
    this.#intervalMs = options.intervalMs ?? SAMPLE_INTERVAL_MS;
    this.#board = new HostBoard({ now, clock });
    // Not the whole interval, or a sample that came a little early would leave a gap.
    this.#queue = new SampleQueue({ minIntervalMs: this.#intervalMs / 2 });
    this.#stopListening = relay.onEvent((_stream, entry) => this.#onEvent(entry));
    this.#sampler = createSystemSampler({
      host: options.host,
      diskPath: options.dataDirectory,
      intervalMs: this.#intervalMs,
      onFailure: (part, reason) => {
        if (reason === undefined) this.#unreadable.delete(part);
        else this.#unreadable.add(part);
      },
    });
    this.#sampler.onSample((sample) =>
      relay.publish(toWireEvent(createEvent("system_metrics", sample, now))),
    );
    this.#timers.push(
      setInterval(() => this.#flushSoon(), this.#intervalMs).unref(),
      setTimeout(() => this.thin(), FIRST_THIN_MS).unref(),
      setInterval(() => this.thin(), THIN_MS).unref(),
    );
  }

  get figures(): SystemFigures {
    return {
      numHosts: this.#board.numFresh,
      numWaiting: this.#queue.size,
      numLeftOut: this.#queue.numLeftOut + this.#numRefused,
      failure: this.#writeFailure ?? this.#board.failure ?? this.#readFailure,
    };
  }

  /** The newest sample of every host that was heard of since the start. */
  current(): CurrentSample[] {
    return this.#board.current();
  }

  /** Lets go of a host that was deleted, until it says something again. */
  forget(host: string): void {
    this.#board.forget(host);
    this.#queue.forget(host);
  }

  /** Makes minutes and hours of older samples; what fails is done with the next time. */
  thin(): Promise<void> {
    const { signal } = this.#closing;
    this.#queue.forgetOlder(this.#clock() - THIN_MS);
    this.#thinning ??= this.#options.database.hosts
      .thin(this.#now(), signal)
      .catch((error: unknown) => this.#noteFailure(error))
      .finally(() => {
        this.#thinning = undefined;
      });
    return this.#thinning;
  }

  /** Stores what waits; resolves when it is stored, or cannot be at present. */
  flush(): Promise<void> {
    this.#flushSoon();
    return this.#writing ?? Promise.resolve();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#closing.abort();
    await this.#sampler.close();
    this.#stopListening();
    let deadline: NodeJS.Timeout | undefined;
    const isLate = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, FLUSH_DEADLINE_MS);
    });
    await Promise.race([Promise.all([this.flush(), this.#thinning]), isLate]);
    clearTimeout(deadline);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Without the reason, which may name files of this machine. */
  get #readFailure(): string | undefined {
    return this.#unreadable.size > 0 ? `cannot be read here: ${[...this.#unreadable].join(", ")}` : undefined;
  }

  #onEvent(entry: StreamEntry): void {
    const { type, host } = entry;
    if (type !== "system_metrics" || host === undefined || !this.#board.note(host, entry)) return;
    this.#queue.offer(host, this.#clock(), () => ({ ...sampleOf(entry), at: this.#now().toISOString() }));
  }

  #flushSoon(): void {
    if (this.#queue.size === 0) return;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    try {
      while (this.#queue.size > 0) {
        const batch = this.#queue.oldest(MAX_BATCH);
        await this.#store(batch);
        this.#queue.remove(batch);
        this.#writeFailure = undefined;
      }
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  /** Stores samples; one that the database refuses is left out, so that it does not hold up the rest. */
  async #store(samples: readonly HostSample[]): Promise<void> {
    try {
      await this.#options.database.hosts.storeSamples(samples);
    } catch (error) {
      if (!(error instanceof DbError) || error.code !== "event_refused") throw error;
      if (samples.length === 1) {
        this.#numRefused += 1;
        return;
      }
      const middle = Math.ceil(samples.length / 2);
      await this.#store(samples.slice(0, middle));
      await this.#store(samples.slice(middle));
    }
  }

  #noteFailure(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    // The statement is part of what the query builder says.
    this.#writeFailure = `samples of hosts are not stored: ${reason.split("\n")[0]?.slice(0, 200)}`;
  }
}
