import { openRound, type Round, type RoundOptions, type RoundResult } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { type Emit, errorText } from "../run/emit.js";
import type { Stopwatch } from "../run/stopwatch.js";
import type { ClientPool, ClientProgress, ClientReport } from "./client-pool.js";
import type { ClientWork } from "./client-work.js";

/** Everything of a round but what the pool says of itself. */
export interface PlayRoundOptions extends Omit<RoundOptions, "clients" | "layout" | "now"> {
  readonly pool: ClientPool;
  readonly work: ClientWork;
  readonly totalRounds: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly stopwatch: Stopwatch;
}

/** A round that was played to its end. */
export interface PlayedRound {
  readonly result: RoundResult;
  /** Sent and received. */
  readonly bytes: number;
}

/**
 * Plays one round: picks clients, has the pool train them, folds each update as it arrives, and closes when all are
 * heard, enough updates are in, or the deadline has come.
 *
 * Yields `round_start`, `client_progress` and `client_complete`; returns undefined if `signal` was aborted before the
 * last client was heard.
 */
export async function* playRound(
  options: PlayRoundOptions,
): AsyncGenerator<TrainingEvent, PlayedRound | undefined, undefined> {
  const { pool, work, totalRounds, emit, signal, stopwatch, ...rest } = options;
  const { round: number, globalWeights, seed } = options;
  const clients = pool.clients();
  const round = openRound({ ...rest, layout: pool.layout, clients, now: stopwatch.now });
  const clientIds = round.tasks.map((task) => task.clientId);
  yield emit("round_start", {
    round: number,
    totalRounds,
    participatingClients: clientIds.length,
    // So many are more than one message should name.
    ...(clientIds.length <= 10_000 && { clientIds }),
  });
  const { tasks, broadcast } = round;
  const heard = new Set<string>();
  let bytes = 0;
  try {
    work.begin({
      round: number,
      tasks,
      globalWeights,
      broadcast,
      seed,
      remainingMs: round.remainingMs(),
      // A barrier strategy holds updates until the round is closed.
      borrowsUpdates: rest.strategy.mode === "stream",
    });
    while (!round.isEnough) {
      const report = await stopwatch.time("training", () => work.next());
      if (!report || signal.aborted) break;
      if (report.kind === "progress") {
        yield emit("client_progress", { round: number, ...progressOf(report) });
        continue;
      }
      const settled = await stopwatch.time("aggregation", async () => settle(round, number, report));
      heard.add(settled.clientId);
      bytes += settled.bytesDown + settled.bytesUp;
      stopwatch.add("clients", settled.durationMs);
      yield emit("client_complete", { round: number, ...settled });
    }
  } finally {
    await work.end();
  }
  if (signal.aborted) return undefined;
  const result = await stopwatch.time("aggregation", async () => round.close());
  for (const { clientId, reason } of result.failed) {
    if (heard.has(clientId) || work.isUnderWay(clientId)) continue;
    const outcome = { clientId, status: "timeout" as const, error: errorText(reason) };
    yield emit("client_complete", { round: number, ...outcome, ...nothing });
  }
  return { result, bytes };
}

const nothing = { durationMs: 0, bytesDown: 0, bytesUp: 0, numSamples: 0, metrics: {} };

function progressOf(report: ClientProgress) {
  return {
    clientId: report.clientId,
    localEpoch: report.epoch,
    totalLocalEpochs: report.totalEpochs,
    trainLoss: report.loss,
    learningRate: report.learningRate,
    metrics: { train_accuracy: report.accuracy },
  };
}

/** Hands a client's outcome to the round, and says in the event's terms what became of it. */
function settle(round: Round, number: number, report: Exclude<ClientReport, ClientProgress>) {
  if (report.kind === "failed") {
    const { clientId, status, error, durationMs, bytesDown } = report;
    round.fail(clientId, error);
    return { ...nothing, clientId, status, error: errorText(error), durationMs, bytesDown };
  }
  const { update, durationMs, bytesDown, bytesUp } = report;
  const { clientId, numSamples, metrics } = update;
  const verdict = round.receive(update);
  const outcome =
    verdict.status === "accepted"
      ? { status: "ok" as const }
      : { status: "rejected" as const, error: errorText(`${verdict.by}: ${verdict.message}`) };
  // A count that was refused may be no count at all, and would not pass the event's schema.
  const believed = Number.isSafeInteger(numSamples) && numSamples >= 0 ? numSamples : 0;
  const late = update.round < number ? { staleness: number - update.round } : {};
  return {
    clientId,
    numSamples: believed,
    metrics: { ...metrics, ...late },
    durationMs,
    bytesDown,
    bytesUp,
    ...outcome,
  };
}
