import { addSeq, type EventType, type FedloomEvent, type SeqRanges } from "@fedloom/protocol";
import { MAX_LOG_PER_TYPE, MAX_ROUNDS, MAX_SOURCES } from "./bounds.js";
import { boundedClients } from "./reduce-clients.js";
import { roundAt } from "./round-at.js";
import { spreadOf } from "./round-spread.js";
import { shownTally, withClient } from "./round-tally.js";
import type { ClientRound, ClientsOfRound, LogEntry, RoundView, RunView } from "./run-view.js";

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** A view while a batch of events is taken in: whatever changes is copied once, however often it changes. */
export class ViewDraft {
  readonly #before: RunView;
  readonly view: Writable<RunView>;
  /** What was copied for this batch, and may be written to. */
  readonly #own = new WeakSet<object>();
  /** Rounds that are over and whose spread is out of date. */
  readonly #unspread = new Set<number>();
  #isChanged = false;

  constructor(before: RunView) {
    this.#before = before;
    this.view = { ...before };
  }

  /** Notes that there is something new. */
  touch(): void {
    this.#isChanged = true;
  }

  /** The view with everything in it; the one before when nothing was new. */
  finish(): RunView {
    if (!this.#isChanged) return this.#before;
    for (const round of this.#unspread) {
      const clients = this.view.clients.get(round);
      const found = this.find(round);
      if (found?.endedAt !== undefined && clients) {
        this.round(round).spread = spreadOf(round, clients.values());
      }
    }
    if (this.view.rounds.length > MAX_ROUNDS) this.view.rounds = this.view.rounds.slice(-MAX_ROUNDS);
    if (this.view.clients !== this.#before.clients) Object.assign(this.view, boundedClients(this.view));
    if (this.view.log !== this.#before.log) this.#trimLog();
    this.#placeErrors();
    return this.view;
  }

  /** Notes the event's number and says whether it is new. */
  see({ meta }: FedloomEvent): boolean {
    // Plain publishers give no number: their place in the relay's stream is one, also in the database.
    const source = meta?.source ?? (meta?.epoch === undefined ? undefined : `relay-${meta.epoch}`);
    const seq = meta?.seq ?? meta?.offset;
    if (source === undefined || seq === undefined) return true;
    const ranges = this.view.seen.get(source) ?? [];
    const newest = ranges.at(-1);
    if (newest && seq === newest[1] + 1 && this.#own.has(newest)) {
      // The common case, in place.
      (newest as [number, number])[1] = seq;
      return true;
    }
    const after = addSeq(ranges, seq);
    if (after === ranges) return false;
    this.#setSeen(source, after);
    return true;
  }

  log(event: FedloomEvent): void {
    const entries = this.#logOf(event.type);
    this.view.numEvents += 1;
    entries.push({ id: this.view.numEvents, event });
    // Now and then: each cut copies what stays.
    if (entries.length > 2 * MAX_LOG_PER_TYPE) entries.splice(0, entries.length - MAX_LOG_PER_TYPE);
  }

  find(round: number): RoundView | undefined {
    return this.view.rounds[this.#indexOf(round)];
  }

  /** A round to write to; made in its place when it is new. */
  round(round: number): Writable<RoundView> {
    const rounds = this.#owned("rounds", () => [...this.view.rounds]);
    const index = this.#indexOf(round);
    const found = rounds[index];
    if (found && this.#own.has(found)) return found;
    const copy: RoundView = found
      ? { ...found }
      : { round, fit: {}, evaluation: {}, metrics: {}, about: {}, spread: new Map() };
    if (found) rounds[index] = copy;
    else rounds.splice(lastAtMost(rounds, round) + 1, 0, copy);
    this.#own.add(copy);
    return copy;
  }

  /** The clients of a round to write to; undefined for a round whose clients were let go. */
  clientsOf(round: number): Map<string, ClientRound> | undefined {
    if (round < (this.view.clientsSince ?? 0)) return undefined;
    const clients = this.#owned("clients", () => new Map(this.view.clients)) as Map<number, ClientsOfRound>;
    const found = clients.get(round);
    if (found && this.#own.has(found)) return found as Map<string, ClientRound>;
    const copy = new Map(found);
    clients.set(round, copy);
    this.#own.add(copy);
    return copy;
  }

  /** Takes in how a client ended. */
  endClient(round: number, client: ClientRound): void {
    const clients = this.clientsOf(round);
    if (!clients) return;
    const entry = this.round(round);
    entry.heard = withClient(entry.heard, clients.get(client.clientId), client);
    Object.assign(entry, shownTally(entry));
    clients.set(client.clientId, client);
    this.#unspread.add(round);
  }

  /** Notes that a round is over, so that its spread can be worked out. */
  endRound(round: number): void {
    this.#unspread.add(round);
  }

  #indexOf(round: number): number {
    const index = lastAtMost(this.view.rounds, round);
    return this.view.rounds[index]?.round === round ? index : -1;
  }

  #owned<Key extends "rounds" | "clients" | "log" | "seen">(key: Key, copy: () => RunView[Key]) {
    if (!this.#own.has(this.view[key])) {
      this.view[key] = copy();
      this.#own.add(this.view[key]);
    }
    return this.view[key] as Writable<RunView[Key]>;
  }

  #setSeen(source: string, ranges: SeqRanges): void {
    const seen = this.#owned("seen", () => new Map(this.view.seen)) as Map<string, SeqRanges>;
    const newest = ranges.at(-1);
    const last: [number, number] = newest ? [newest[0], newest[1]] : [0, 0];
    this.#own.add(last);
    seen.set(source, [...ranges.slice(0, -1), last]);
    for (const oldest of seen.keys()) {
      if (seen.size <= MAX_SOURCES) break;
      seen.delete(oldest);
    }
  }

  #logOf(type: EventType): LogEntry[] {
    const log = this.#owned("log", () => new Map(this.view.log)) as Map<EventType, LogEntry[]>;
    const found = log.get(type);
    if (found && this.#own.has(found)) return found;
    const copy = [...(found ?? [])];
    log.set(type, copy);
    this.#own.add(copy);
    return copy;
  }

  #trimLog(): void {
    for (const entries of this.view.log.values()) {
      if (entries.length > MAX_LOG_PER_TYPE) {
        (entries as LogEntry[]).splice(0, entries.length - MAX_LOG_PER_TYPE);
      }
    }
  }

  /** Says of errors in which round they happened: only now all rounds are known. */
  #placeErrors(): void {
    const { errors, rounds } = this.view;
    const isPlaced = errors === this.#before.errors && rounds.length === this.#before.rounds.length;
    if (errors.length === 0 || isPlaced) return;
    this.view.errors = errors.map((error) => {
      const round = roundAt(rounds, error.timestamp);
      return round === undefined || round === error.round ? error : { ...error, round };
    });
  }
}

/** Index of the last round up to one of this number; nearly always the last of all. */
function lastAtMost(rounds: readonly RoundView[], round: number): number {
  const newest = rounds.at(-1);
  if (!newest || newest.round <= round) return rounds.length - 1;
  let [low, high] = [0, rounds.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rounds[middle]?.round ?? 0) <= round) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
