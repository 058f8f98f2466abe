import type { TimelineAnswer } from "@fedloom/protocol";
import type { ClientRound, ClientsOfRound } from "../../live/run-view.js";
import { cellState, stateOfLetter } from "./cell-state.js";

/** Most cells that are kept, at five bytes each. */
const MAX_CELLS = 8_000_000;
const COMMA = 44;
const ZERO = 48;

/** One round: an entry for each lane. */
export interface CellColumn {
  states: Uint8Array;
  /** The duration in ms; for a client that trains, the share of its local epochs. */
  values: Float32Array;
}

/** Rounds by clients, as flat as can be: what was read and what came live, of the rounds last looked at. */
export class CellStore {
  readonly clientIds: string[] = [];
  /** Longest duration seen, in ms. */
  longestMs = 0;
  /** Letters of the longest id. */
  longestName = 0;
  readonly #lanes = new Map<string, number>();
  readonly #columns = new Map<number, CellColumn>();
  readonly #live = new Map<number, ClientsOfRound>();
  readonly #maxCells: number;

  constructor(maxCells = MAX_CELLS) {
    this.#maxCells = maxCells;
  }

  /** How many rounds fit. */
  get maxRounds(): number {
    return Math.max(1, Math.floor(this.#maxCells / Math.max(1, this.clientIds.length)));
  }

  column(round: number): CellColumn | undefined {
    return this.#columns.get(round);
  }

  laneOf(clientId: string): number | undefined {
    return this.#lanes.get(clientId);
  }

  /** Takes in stored rounds, all that there are from one on; what is known live is newer and stays. */
  putStored(answer: TimelineAnswer, from: number): void {
    const newest = answer.rounds.at(-1)?.round ?? 0;
    for (let round = from; round <= newest; round += 1) this.#writable(round);
    const lanes = answer.client_ids.map((clientId) => this.#addLane(clientId));
    this.longestMs = Math.max(this.longestMs, answer.longest_ms);
    for (const { round, statuses, durations_ms } of answer.rounds) {
      const { states, values } = this.#writable(round);
      const live = this.#live.get(round);
      let at = 0;
      for (const [place, lane] of lanes.entries()) {
        let duration = 0;
        let code = durations_ms.charCodeAt(at);
        for (; code >= ZERO; code = durations_ms.charCodeAt(++at)) duration = duration * 10 + code - ZERO;
        if (code === COMMA) at += 1;
        if (live?.has(this.clientIds[lane] as string)) continue;
        states[lane] = stateOfLetter(statuses.charCodeAt(place));
        values[lane] = duration;
      }
    }
  }

  /** Takes in rounds of the live view, those that changed since the last time. */
  putLive(clients: ReadonlyMap<number, ClientsOfRound>): boolean {
    let isChanged = false;
    for (const [round, ofRound] of clients) {
      if (this.#live.get(round) === ofRound) continue;
      isChanged = true;
      this.#live.set(round, ofRound);
      for (const client of ofRound.values()) this.#putClient(round, client);
    }
    for (const round of this.#live.keys()) if (!clients.has(round)) this.#live.delete(round);
    return isChanged;
  }

  /** Lets go of what an earlier start of the run said of rounds after the one from which it went on. */
  forgetAfter(round: number): void {
    for (const rounds of [this.#columns, this.#live]) {
      for (const later of rounds.keys()) if (later > round) rounds.delete(later);
    }
  }

  /** Whether something of a round is still to be read. */
  isMissing(round: number): boolean {
    return !this.#columns.has(round);
  }

  /** Lets go of rounds far from those that are looked at, until the rest fits. */
  keepNear(from: number, to: number): void {
    const numTooMany = this.#columns.size - this.maxRounds;
    if (numTooMany <= 0) return;
    const distance = (round: number) => Math.max(from - round, round - to, 0);
    const rounds = [...this.#columns.keys()].sort((one, other) => distance(other) - distance(one));
    for (const round of rounds.slice(0, numTooMany)) {
      if (this.#live.has(round) || distance(round) === 0) continue;
      this.#columns.delete(round);
    }
  }

  #putClient(round: number, client: ClientRound): void {
    const lane = this.#addLane(client.clientId);
    const { states, values } = this.#writable(round);
    const { status, durationMs, localEpoch = 0, totalLocalEpochs = 0 } = client;
    states[lane] = cellState[status];
    values[lane] =
      status === "training" ? localEpoch / Math.max(1, totalLocalEpochs, localEpoch) : (durationMs ?? 0);
    if (durationMs !== undefined && durationMs > this.longestMs) this.longestMs = durationMs;
  }

  #addLane(clientId: string): number {
    const known = this.#lanes.get(clientId);
    if (known !== undefined) return known;
    this.#lanes.set(clientId, this.clientIds.length);
    this.longestName = Math.max(this.longestName, clientId.length);
    return this.clientIds.push(clientId) - 1;
  }

  /** The column of a round with room for every lane; a client that is new has no part in what was before. */
  #writable(round: number): CellColumn {
    const found = this.#columns.get(round);
    const numLanes = this.clientIds.length;
    if (found && found.states.length >= numLanes) return found;
    const size = found ? Math.max(numLanes, Math.ceil(found.states.length * 1.5)) : numLanes;
    const column = {
      states: new Uint8Array(size).fill(cellState.absent),
      values: new Float32Array(size),
    };
    if (found) {
      column.states.set(found.states);
      column.values.set(found.values);
    }
    this.#columns.set(round, column);
    return column;
  }
}
