import { openRound, type Round, type RoundOptions, type RoundResult } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import type { ClientPool, ClientProgress, ClientReport } from "./client-pool.js";
import { type Emit, errorText } from "./emit.js";

/** Everything of a round but what the pool says of itself. */
export interface PlayRoundOptions extends Omit<RoundOptions, "clients" | "layout"> {
  readonly pool: ClientPool;
  readonly totalRounds: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/**
 * Plays one round: picks clients, has the pool train them, folds each update as it arrives, and closes when all are
 * heard, enough updates are in, or the deadline has come.
 *
 * Yields `round_start`, `client_progress` and `client_complete`; returns the result, or undefined if `signal` was
 * aborted before the last client was heard.
 */
export async function* playRound(
  options: PlayRoundOptions,
): AsyncGenerator<TrainingEvent, RoundResult | undefined, undefined> {
  const { pool, totalRounds, emit, signal, ...rest } = options;
  const { round: number, globalWeights, seed } = options;
  const round = openRound({ ...rest, layout: pool.layout, clients: pool.clients() });
  const clientIds = round.tasks.map((task) => task.clientId);
  yield emit("round_start", {
    round: number,
    totalRounds,
    participatingClients: clientIds.length,
    clientIds,
  });
  const { tasks, broadcast } = round;
  const late = new AbortController();
  const remaining = round.remainingMs();
  const timer = Number.isFinite(remaining) ? setTimeout(() => late.abort(), remaining) : undefined;
  const poolSignal = AbortSignal.any([signal, late.signal]);
  const heard = new Set<string>();
  try {
    for await (const report of pool.train({
      round: number,
      tasks,
      globalWeights,
      broadcast,
      seed,
      signal: poolSignal,
    })) {
      if (report.kind === "progress") yield emit("client_progress", { round: number, ...progressOf(report) });
      else {
        heard.add(report.kind === "update" ? report.update.clientId : report.clientId);
        yield emit("client_complete", { round: number, ...settle(round, report) });
      }
      if (round.isEnough) break;
    }
  } finally {
    clearTimeout(timer);
  }
  if (signal.aborted) return undefined;
  const result = round.close();
  for (const { clientId, reason } of result.failed) {
    if (heard.has(clientId)) continue;
    const nothing = { durationMs: 0, bytesDown: 0, bytesUp: 0, numSamples: 0, metrics: {} };
    const outcome = { clientId, status: "timeout" as const, error: errorText(reason) };
    yield emit("client_complete", { round: number, ...outcome, ...nothing });
  }
  return result;
}

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
function settle(round: Round, report: Exclude<ClientReport, { kind: "progress" }>) {
  if (report.kind === "failed") {
    const { clientId, status, error, durationMs, bytesDown } = report;
    round.fail(clientId, error);
    return {
      clientId,
      status,
      error: errorText(error),
      durationMs,
      bytesDown,
      bytesUp: 0,
      numSamples: 0,
      metrics: {},
    };
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
  return {
    clientId,
    numSamples: believed,
    metrics: { ...metrics },
    durationMs,
    bytesDown,
    bytesUp,
    ...outcome,
  };
}
