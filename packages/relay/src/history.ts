import type { StreamPosition, WireEvent } from "@fedloom/protocol";
import { StreamEntry } from "./entry.js";

export interface HistoryQuery {
  runId: string;
  /** The place after which to begin; the run's first event when absent. */
  after?: StreamPosition | undefined;
  limit: number;
}

/** Where events are that have left the relay's memory; a database. */
export interface HistorySource {
  /**
   * Up to `limit` stored events of a run in the order in which they were stored, each with `epoch` and `offset` in its
   * meta. Undefined when nothing of the place's epoch is stored, so that nobody can say what follows it.
   */
  read(query: HistoryQuery): Promise<readonly WireEvent[] | undefined>;
  /** The seq up to which a source's events are stored; 0 for none. */
  lastSeq(runId: string, source: string): Promise<number>;
}

/** Events of one read, written once for all who wait for the same. */
export type HistoryPage = readonly StreamEntry[];

/** Events of one read. */
export const PAGE_SIZE = 500;
const CACHE_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** Reads stored events; viewers that come back together and ask for the same share one read. */
export class HistoryReader {
  readonly #source: HistorySource;
  readonly #pages = new Map<string, Promise<HistoryPage | undefined>>();

  constructor(source: HistorySource) {
    this.#source = source;
  }

  /** @throws what the source throws, or an Error when it takes too long. */
  page(runId: string, after: StreamPosition | undefined): Promise<HistoryPage | undefined> {
    const key = `${runId} ${after?.epoch ?? ""} ${after?.offset ?? ""}`;
    let page = this.#pages.get(key);
    if (!page) {
      page = within(TIMEOUT_MS, this.#read(runId, after));
      this.#pages.set(key, page);
      setTimeout(() => this.#pages.delete(key), CACHE_MS).unref();
      page.catch(() => this.#pages.delete(key));
    }
    return page;
  }

  lastSeq(runId: string, source: string): Promise<number> {
    return within(TIMEOUT_MS, this.#source.lastSeq(runId, source));
  }

  async #read(runId: string, after: StreamPosition | undefined): Promise<HistoryPage | undefined> {
    const events = await this.#source.read({ runId, after, limit: PAGE_SIZE });
    return events?.map(
      (event) =>
        new StreamEntry(
          event,
          { epoch: event.meta?.epoch ?? "", offset: event.meta?.offset ?? 0, position: 0 },
          0,
        ),
    );
  }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`stored events took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
