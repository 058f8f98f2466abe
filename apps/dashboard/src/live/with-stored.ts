import type { FedloomEvent, RoundSummary, ClientRound as StoredClient } from "@fedloom/protocol";
import { reduceEvents } from "./reduce-events.js";
import { withDetails } from "./reduce-metrics.js";
import { shownTally, tallyOf } from "./round-tally.js";
import type { ClientRound, Metrics, RoundView, RunView } from "./run-view.js";
import { ViewDraft } from "./view-draft.js";

/** What storage tells of a run, summed up: far less than all its events. */
export interface StoredRun {
  /** Those that tell of the run as a whole, or of epochs; read before the rest. */
  events: readonly FedloomEvent[];
  rounds: readonly RoundSummary[];
  /** Clients of the newest rounds, by round. */
  clients: ReadonlyMap<number, readonly StoredClient[]>;
  /** What acted on the newest rounds, by round. */
  about: ReadonlyMap<number, Metrics>;
  details: readonly { round: number; phase: "val" | "test"; metrics: Metrics }[];
}

/** The view with what is stored; what came live wins, since storage may be a moment behind. */
export function withStored(view: RunView, stored: StoredRun): RunView {
  const draft = new ViewDraft(reduceEvents(view, stored.events));
  const newest = newestValid(draft.view, stored.events);
  draft.touch();
  for (const summary of stored.rounds) {
    if (summary.round <= newest) fillRound(draft, summary);
  }
  for (const [round, clients] of stored.clients) {
    const known = draft.view.clients.get(round);
    for (const client of round <= newest ? clients : []) {
      if (!hasEnded(known?.get(client.clientId))) draft.endClient(round, clientOf(client));
    }
  }
  for (const [round, metrics] of stored.about) {
    if (round > newest || !draft.find(round)) continue;
    const entry = draft.round(round);
    entry.about = { ...metrics, ...entry.about };
  }
  for (const details of stored.details) {
    if (details.round <= newest) draft.view.details = withDetails(draft.view.details, details);
  }
  return draft.finish();
}

/** The round up to which storage is right: of a new start that it has not heard of, it still tells the old rounds. */
function newestValid({ attempts }: RunView, events: readonly FedloomEvent[]): number {
  const told = new Set(events.map(({ meta }) => meta?.source));
  let newest = Number.POSITIVE_INFINITY;
  for (const [source, { resumedFrom }] of attempts) {
    if (!told.has(source)) newest = Math.min(newest, resumedFrom);
  }
  return newest;
}

function fillRound(draft: ViewDraft, summary: RoundSummary): void {
  const { round, numClients, fitMetrics, evalMetrics, metrics, startedAt, endedAt, durationMs } = summary;
  const entry = draft.round(round);
  const known: Partial<RoundView> = {
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(durationMs !== undefined && { durationMs }),
    ...(numClients > 0 && { participatingClients: numClients }),
  };
  Object.assign(entry, { ...known, ...entry }, { stored: tallyOf(summary) });
  Object.assign(entry, shownTally(entry));
  if (isEmpty(entry.fit) && fitMetrics) entry.fit = fitMetrics;
  if (isEmpty(entry.evaluation) && evalMetrics) entry.evaluation = evalMetrics;
  if (isEmpty(entry.metrics) && metrics) entry.metrics = metrics;
}

function clientOf(client: StoredClient): ClientRound {
  const { round: _, endedAt: __, error, ...told } = client;
  const loss = told.metrics.train_loss ?? told.metrics.loss;
  return {
    ...told,
    ...(loss !== undefined && { trainLoss: loss }),
    ...(error !== undefined && { error }),
  };
}

function hasEnded(client: ClientRound | undefined): boolean {
  return client?.durationMs !== undefined;
}

function isEmpty(metrics: Metrics): boolean {
  return Object.keys(metrics).length === 0;
}
