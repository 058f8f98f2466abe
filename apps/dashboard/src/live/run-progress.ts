import type { RunState } from "@fedloom/protocol";
import type { RoundView, RunView } from "./run-view.js";

/** Rounds over whose time the rest is estimated. */
const WINDOW = 5;

/** The run's state by its newest event, or by its record when no event says more. */
export function stateOf(view: RunView, recorded: RunState): RunState {
  if (view.end) return view.end.status;
  if (view.state) return view.state.state;
  const wasHeard = view.rounds.length > 0 || view.start !== undefined;
  return recorded === "queued" && wasHeard ? "running" : recorded;
}

/** Rounds that are over. */
export function roundsDone(view: RunView): number {
  return view.rounds.filter(({ endedAt }) => endedAt !== undefined).length;
}

/** The round at work and how many of its clients are done; undefined between rounds. */
export function currentRound(
  view: RunView,
): { round: number; numDone: number; numClients: number | undefined } | undefined {
  const newest = view.rounds.at(-1);
  if (!newest || newest.endedAt !== undefined) return undefined;
  const { round, numOk = 0, numRejected = 0, numFailed = 0, numTimeout = 0, participatingClients } = newest;
  const numDone = numOk + numRejected + numFailed + numTimeout;
  const known = participatingClients || view.clients.get(round)?.size;
  return { round, numDone, numClients: known && Math.max(known, numDone) };
}

/** How much of a run is done, 0 to 1, to the client; undefined where nobody said how long it is. */
export function shareDone(view: RunView, totalRounds: number | undefined): number | undefined {
  if (!totalRounds) return undefined;
  const current = currentRound(view);
  const part = current?.numClients ? current.numDone / current.numClients : 0;
  return Math.min(1, (roundsDone(view) + part) / totalRounds);
}

/** Seconds until the last round is over, at `now` in ms; undefined before the first round is over. */
export function secondsLeft(view: RunView, now: number): number | undefined {
  const done = view.rounds.filter(({ endedAt }) => endedAt !== undefined).slice(-WINDOW);
  const [first, last] = [done[0], done.at(-1)];
  if (!view.totalRounds || !first?.startedAt || !last?.endedAt) return undefined;
  const perRound = (Date.parse(last.endedAt) - Date.parse(first.startedAt)) / done.length;
  const left = view.totalRounds - last.round;
  const sinceLast = now - Date.parse(last.endedAt);
  return Math.max(0, left * perRound - Math.max(0, sinceLast)) / 1000;
}

/** A validation metric of a round, from the server's evaluation or else from what the round's end says. */
export function validation(round: RoundView, metric: string): number | undefined {
  return round.metrics[metric] ?? round.evaluation[`val_${metric}`];
}
