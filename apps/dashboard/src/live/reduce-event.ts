import type { FedloomEvent } from "@fedloom/protocol";
import { addSeq } from "@fedloom/protocol";
import { MAX_ERRORS, MAX_LOG_PER_TYPE, MAX_SOURCES } from "./bounds.js";
import { isSuperseded, withAttempt } from "./reduce-attempts.js";
import { updateClient, withClients, withoutWaiting } from "./reduce-clients.js";
import { updateRound } from "./reduce-rounds.js";
import type { RunView } from "./run-view.js";

/**
 * Takes an event of the run into the view. Pure; an event that was taken in before changes nothing, and
 * events may come late, since what they say is kept by round and client.
 */
export function reduceEvent(view: RunView, event: FedloomEvent): RunView {
  if (event.type === "heartbeat" || event.type === "system_metrics" || event.type === "alert") return view;
  const seen = markSeen(view, event);
  if (!seen) return view;
  const { timestamp } = event;
  const lastEventAt = view.lastEventAt && view.lastEventAt > timestamp ? view.lastEventAt : timestamp;
  const next = { ...view, seen, lastEventAt, numEvents: view.numEvents + 1, log: appendToLog(view, event) };
  return isSuperseded(view, event) ? next : applyEvent(next, event);
}

function applyEvent(view: RunView, event: FedloomEvent): RunView {
  const { timestamp } = event;
  switch (event.type) {
    case "training_mode":
      return event.data.isFederated
        ? { ...view, totalRounds: view.totalRounds ?? event.data.numRounds }
        : { ...view, unit: "epoch" };
    case "training_start": {
      const { totalEpochs, numRounds = totalEpochs ?? view.totalRounds } = event.data;
      const known = numRounds === undefined ? {} : { totalRounds: numRounds };
      const { state: _, ...before } = withAttempt(view, event);
      return { ...before, ...known, start: event.data, startedAt: before.startedAt ?? timestamp };
    }
    case "run_state":
      return { ...view, state: event.data };
    case "round_start": {
      const { round, totalRounds, participatingClients, clientIds = [] } = event.data;
      const rounds = updateRound(view.rounds, round, {
        startedAt: timestamp,
        participatingClients,
        ...from(event),
      });
      return { ...view, totalRounds, rounds, clients: withClients(view.clients, round, clientIds) };
    }
    case "client_progress": {
      const { round, clientId, localEpoch, totalLocalEpochs, trainLoss } = event.data;
      const progress = { localEpoch, totalLocalEpochs, trainLoss };
      return { ...view, clients: updateClient(view.clients, { round, clientId, progress }) };
    }
    case "client_complete": {
      const { round, clientId, metrics, error, numSamples, durationMs, bytesUp, bytesDown, status } =
        event.data;
      const loss = metrics.train_loss ?? metrics.loss;
      const result = {
        status,
        numSamples,
        durationMs,
        bytesUp,
        bytesDown,
        ...(loss !== undefined && { trainLoss: loss }),
        ...(error !== undefined && { error }),
      };
      return { ...view, clients: updateClient(view.clients, { round, clientId, result }) };
    }
    case "round_end": {
      const { round, totalRounds, clientId, fitMetrics, evalMetrics, durationMs } = event.data;
      // With a client's name it is that client's view of the round.
      if (clientId !== undefined) return view;
      const change = {
        endedAt: timestamp,
        durationMs,
        fit: fitMetrics,
        evaluation: evalMetrics,
        ...from(event),
      };
      return { ...view, totalRounds, rounds: updateRound(view.rounds, round, change) };
    }
    case "round_metrics": {
      const { round, metrics } = event.data;
      return { ...view, rounds: updateRound(view.rounds, round, { metrics, ...from(event) }) };
    }
    case "epoch_start": {
      const { epoch, totalEpochs } = event.data;
      const rounds = updateRound(view.rounds, epoch, { startedAt: timestamp, ...from(event) });
      return { ...view, unit: "epoch", totalRounds: totalEpochs, rounds };
    }
    case "epoch_end": {
      const { epoch, phase, metrics } = event.data;
      const change = phase === "train" ? { fit: metrics } : { metrics };
      return {
        ...view,
        rounds: updateRound(view.rounds, epoch, { endedAt: timestamp, ...change, ...from(event) }),
      };
    }
    case "early_stopping":
      return { ...view, earlyStopping: event.data };
    case "error": {
      const { error, errorType, fatal, clientId } = event.data;
      const round = view.rounds.at(-1)?.round;
      const place = { ...(clientId !== undefined && { clientId }), ...(round !== undefined && { round }) };
      const errors = [...view.errors, { error, errorType, fatal, timestamp, ...place }];
      return { ...view, errors: errors.slice(-MAX_ERRORS) };
    }
    case "training_end":
      return { ...view, end: event.data, endedAt: timestamp, clients: withoutWaiting(view.clients) };
    default:
      return view;
  }
}

/** Who told of a round. */
function from({ meta }: FedloomEvent): { source?: string } {
  return meta?.source === undefined ? {} : { source: meta.source };
}

/** What is seen with this event, or undefined when it was before. */
function markSeen(view: RunView, { meta }: FedloomEvent): RunView["seen"] | undefined {
  // Plain publishers give no number: their place in the relay's stream is one, also in the database.
  const source = meta?.source ?? (meta?.epoch === undefined ? undefined : `relay-${meta.epoch}`);
  const seq = meta?.seq ?? meta?.offset;
  if (source === undefined || seq === undefined) return view.seen;
  const before = view.seen.get(source) ?? [];
  const ranges = addSeq(before, seq);
  if (ranges === before) return undefined;
  const seen = new Map(view.seen).set(source, ranges);
  for (const oldest of seen.keys()) {
    if (seen.size <= MAX_SOURCES) break;
    seen.delete(oldest);
  }
  return seen;
}

function appendToLog({ log, numEvents }: RunView, event: FedloomEvent): RunView["log"] {
  const entries = [...(log.get(event.type) ?? []), { id: numEvents + 1, event }];
  return new Map(log).set(event.type, entries.slice(-MAX_LOG_PER_TYPE));
}
