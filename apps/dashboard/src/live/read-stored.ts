import type { ClientRound, EventType, FedloomEvent, RoundSummary, RunRecord } from "@fedloom/protocol";
import type { EventPage, EventsQuery } from "../api/events.js";
import type { Phase } from "../api/metrics-at.js";
import type { Metrics } from "./run-view.js";
import type { StoredRun } from "./with-stored.js";

/** The questions that tell what a run has been so far. */
export interface StoredApi {
  getEvents(runId: string, query: EventsQuery, signal?: AbortSignal): Promise<EventPage>;
  roundsAfter(runId: string, after: number, signal?: AbortSignal): AsyncIterable<RoundSummary[]>;
  getClientsOfRound(runId: string, round: number, signal?: AbortSignal): Promise<ClientRound[]>;
  getSeriesNames(runId: string, signal?: AbortSignal): Promise<Record<Phase, string[]>>;
  getMetricsAt(
    runId: string,
    which: { phase: Phase; names: readonly string[]; from: number; to: number },
    signal?: AbortSignal,
  ): Promise<Map<number, Metrics>>;
}

/** Few of a run, whatever its length. */
const OF_RUN: EventType[] = [
  "training_mode",
  "training_start",
  "run_state",
  "early_stopping",
  "error",
  "training_end",
];
const OF_EPOCHS: EventType[] = ["epoch_start", "epoch_end"];
/** Most pages of events: a run that failed over and over may have any number of errors. */
const MAX_PAGES = 32;
/** Clients of the newest rounds: so many rounds at most, and no further one beyond so many clients. */
const MAX_ROUNDS = 5;
const MAX_CLIENTS = 1_000;

export interface ReadStoredOptions {
  api: StoredApi;
  record: Pick<RunRecord, "runId" | "mode" | "step" | "best">;
  /** The round after which to read; 0 for all. */
  after: number;
  signal?: AbortSignal;
}

const NOTHING = { rounds: [], clients: new Map(), about: new Map(), details: [] };

/**
 * Reads what there is of a run without its single events, part by part as it comes: the run as a whole, its rounds, then
 * the newest clients and details. Each part has the events by which one can tell whether the rest is up to date.
 */
export async function* readStored(options: ReadStoredOptions): AsyncGenerator<StoredRun> {
  const { api, record, after, signal } = options;
  const { runId, mode, step, best } = record;
  const names = api.getSeriesNames(runId, signal);
  // Awaited below; until then a refusal must not count as nobody's.
  names.catch(() => {});
  const events = await readEvents(options, mode === "centralized" ? [...OF_RUN, ...OF_EPOCHS] : OF_RUN);
  yield { ...NOTHING, events };
  const rounds: RoundSummary[] = [];
  for await (const page of api.roundsAfter(runId, after, signal)) rounds.push(...page);
  yield { ...NOTHING, events, rounds };
  const evaluated = rounds.findLast(({ metrics }) => metrics !== undefined)?.round ?? step;
  const tested = mode === "centralized" ? (best?.step ?? evaluated) : evaluated;
  const { train, val, test } = await names;
  const at = (phase: Phase, known: readonly string[], to: number, from = to) => {
    const told = known.filter((name) => name.includes("/"));
    if (to < 1 || told.length === 0) return new Map<number, Metrics>();
    return api.getMetricsAt(runId, { phase, names: told, from: Math.max(1, from), to }, signal);
  };
  const [clients, about, ofVal, ofTest] = await Promise.all([
    readClients(options, rounds),
    at("train", train, evaluated, evaluated - MAX_ROUNDS),
    at("val", val, evaluated),
    at("test", test, tested),
  ]);
  const details = [...detailsOf("val", ofVal), ...detailsOf("test", ofTest)];
  yield { ...NOTHING, events, clients, about, details };
}

async function readEvents(
  { api, record, signal }: ReadStoredOptions,
  types: EventType[],
): Promise<FedloomEvent[]> {
  const events: FedloomEvent[] = [];
  let after: number | null = 0;
  for (let page = 0; after !== null && page < MAX_PAGES; page += 1) {
    const answer: EventPage = await api.getEvents(record.runId, { after, types }, signal);
    for (const { event } of answer.events) events.push(event);
    after = answer.next;
  }
  return events;
}

async function readClients(
  { api, record, signal }: ReadStoredOptions,
  rounds: readonly RoundSummary[],
): Promise<Map<number, ClientRound[]>> {
  let numClients = 0;
  const newest: number[] = [];
  for (const summary of rounds.slice(-MAX_ROUNDS).reverse()) {
    numClients += Math.max(1, summary.numClients);
    if (newest.length > 0 && numClients > MAX_CLIENTS) break;
    newest.push(summary.round);
  }
  const read = newest.map(
    async (round) => [round, await api.getClientsOfRound(record.runId, round, signal)] as const,
  );
  return new Map(await Promise.all(read));
}

function* detailsOf(phase: "val" | "test", found: ReadonlyMap<number, Metrics>) {
  for (const [round, metrics] of found) yield { round, phase, metrics };
}
