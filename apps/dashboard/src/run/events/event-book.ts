import type { FedloomEvent } from "@fedloom/protocol";
import type { RunView } from "../../live/run-view.js";
import { eventKey } from "./event-key.js";

/** Most events held; the oldest leave first, and can be read from storage again. */
const MAX_HELD = 20_000;

/** The events of a run that a reader pages through: live ones and stored ones, each once, rising by time. */
export class EventBook {
  #all: FedloomEvent[] = [];
  #wanted: FedloomEvent[] = [];
  #keys = new Set<string>();
  #isWanted: (event: FedloomEvent) => boolean = () => true;
  #lastId = 0;
  #isCut = false;

  /** Those that the filter lets through. */
  get wanted(): readonly FedloomEvent[] {
    return this.#wanted;
  }

  get size(): number {
    return this.#all.length;
  }

  /** Whether old events were let go to make room. */
  get isCut(): boolean {
    return this.#isCut;
  }

  filter(isWanted: (event: FedloomEvent) => boolean): void {
    this.#isWanted = isWanted;
    this.#wanted = this.#all.filter(isWanted);
  }

  /** Takes in what is new in a view's log; costs what is new. Answers whether anything was. */
  addLog(log: RunView["log"]): boolean {
    const fresh: { id: number; event: FedloomEvent }[] = [];
    for (const entries of log.values()) {
      for (let i = entries.length - 1; i >= 0; i -= 1) {
        const entry = entries[i];
        if (!entry || entry.id <= this.#lastId) break;
        fresh.push(entry);
      }
    }
    fresh.sort((one, other) => one.id - other.id);
    this.#lastId = fresh.at(-1)?.id ?? this.#lastId;
    let isNew = false;
    for (const { event } of fresh) {
      if (!this.#isFirst(event)) continue;
      isNew = true;
      insert(this.#all, event);
      if (this.#isWanted(event)) insert(this.#wanted, event);
    }
    this.#letGo();
    return isNew;
  }

  /** Takes in what was read from storage; answers how many of them were not known. */
  addStored(events: readonly FedloomEvent[]): number {
    const fresh = events.filter((event) => this.#isFirst(event));
    if (fresh.length === 0) return 0;
    // Both are in order, which sorting makes use of.
    this.#all = [...fresh, ...this.#all].sort(byTime);
    this.filter(this.#isWanted);
    return fresh.length;
  }

  #isFirst(event: FedloomEvent): boolean {
    const key = eventKey(event);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }

  #letGo(): void {
    if (this.#all.length <= MAX_HELD) return;
    for (const event of this.#all.splice(0, MAX_HELD / 4)) this.#keys.delete(eventKey(event));
    this.#isCut = true;
    this.filter(this.#isWanted);
  }
}

/** Nearly always at the end. */
function insert(events: FedloomEvent[], event: FedloomEvent): void {
  let place = events.length;
  while (place > 0 && byTime(events[place - 1] as FedloomEvent, event) > 0) place -= 1;
  events.splice(place, 0, event);
}

function byTime(one: FedloomEvent, other: FedloomEvent): number {
  return one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : 0;
}
