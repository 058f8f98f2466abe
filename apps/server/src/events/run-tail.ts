import type { EventRepository, StoredEvent } from "@fedloom/db";
import { storedWireEvent } from "./stored-wire-event.js";

/** An event ready to be sent to any number of followers. */
export interface TailEntry {
  readonly position: number;
  readonly type: string;
  readonly text: string;
}

/** What came after a position, and whether that is all there is at present. */
interface TailPage {
  readonly entries: readonly TailEntry[];
  readonly isEnd: boolean;
}

const PAGE = 200;
/** Newest events kept in memory for all followers of a run, in UTF-16 code units. */
const MAX_KEPT = 1024 * 1024;

/** The newest events of one run, read from the database once for all who follow it. */
export class RunTail {
  readonly #events: Pick<EventRepository, "list">;
  readonly #runId: string;
  readonly #onEntries: (length: number) => void;
  /** Every event after `#keptAfter`, up to `#head`. */
  #kept: TailEntry[] = [];
  #keptLength = 0;
  #keptAfter = 0;
  /** Position up to which this tail has read; undefined until a follower came to the end. */
  #head: number | undefined;
  #isDirty = false;
  #reading: Promise<void> | undefined;
  readonly #pages = new Map<number, Promise<TailPage>>();

  constructor(
    events: Pick<EventRepository, "list">,
    runId: string,
    /** Called with the length of what is new. */
    onEntries: (length: number) => void,
  ) {
    this.#events = events;
    this.#runId = runId;
    this.#onEntries = onEntries;
  }

  /** Events after a position: from memory, or a page from the database that equal requests share. */
  async after(position: number): Promise<TailPage> {
    if (this.#head !== undefined && position >= this.#keptAfter) {
      return { entries: this.#kept.slice(this.#indexAfter(position)), isEnd: true };
    }
    let page = this.#pages.get(position);
    if (!page) {
      page = this.#readPage(position).finally(() => this.#pages.delete(position));
      this.#pages.set(position, page);
    }
    return page;
  }

  /** Reads what is new; as long as nobody came to the end, followers look for themselves. */
  wake(): void {
    this.#isDirty = true;
    if (this.#head === undefined) return this.#onEntries(0);
    this.#reading ??= this.#read()
      .catch(() => {
        // The database is away; the next wake or poll tries again.
        this.#isDirty = true;
      })
      .finally(() => {
        this.#reading = undefined;
      });
  }

  async #readPage(position: number): Promise<TailPage> {
    const events = await this.#events.list(this.#runId, { after: position, limit: PAGE });
    const entries = events.map(encode);
    const isEnd = entries.length < PAGE;
    if (isEnd && this.#head === undefined) {
      const end = entries.at(-1)?.position ?? (await this.#ownPosition(position));
      if (end !== undefined) this.#beginAt(end);
    }
    return { entries, isEnd };
  }

  /** A position that somebody claims to have read, if the run has an event there: it may be beyond the end. */
  async #ownPosition(position: number): Promise<number | undefined> {
    if (position === 0) return 0;
    const [event] = await this.#events.list(this.#runId, { after: position - 1, limit: 1 });
    return event?.position === position ? position : undefined;
  }

  #beginAt(end: number): void {
    if (this.#head !== undefined) return;
    this.#head = end;
    this.#keptAfter = end;
    if (this.#isDirty) this.wake();
  }

  async #read(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      const events = await this.#events.list(this.#runId, { after: this.#head ?? 0, limit: PAGE });
      if (events.length === PAGE) this.#isDirty = true;
      if (events.length > 0) this.#keep(events.map(encode));
    }
  }

  #keep(entries: readonly TailEntry[]): void {
    const length = entries.reduce((sum, { text }) => sum + text.length, 0);
    this.#kept.push(...entries);
    this.#keptLength += length;
    this.#head = entries.at(-1)?.position ?? this.#head;
    let numDropped = 0;
    while (this.#keptLength > MAX_KEPT && numDropped < this.#kept.length) {
      const dropped = this.#kept[numDropped++] as TailEntry;
      this.#keptLength -= dropped.text.length;
      this.#keptAfter = dropped.position;
    }
    if (numDropped > 0) this.#kept = this.#kept.slice(numDropped);
    this.#onEntries(length);
  }

  #indexAfter(position: number): number {
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle] as TailEntry).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One server-sent event; without a name of its own, so that a page's `onmessage` gets every type. */
function encode(event: StoredEvent): TailEntry {
  const { position, type } = event;
  return { position, type, text: `id: ${position}\ndata: ${JSON.stringify(storedWireEvent(event))}\n\n` };
}
