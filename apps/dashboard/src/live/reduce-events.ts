import type { FedloomEvent } from "@fedloom/protocol";
import { MAX_ERRORS } from "./bounds.js";
import { beginAttempt, isSuperseded } from "./reduce-attempts.js";
import { progressClient, selectClients, stopWaiting } from "./reduce-clients.js";
import { takeMetrics } from "./reduce-metrics.js";
import type { ClientRound, RoundView, RunView } from "./run-view.js";
import { ViewDraft } from "./view-draft.js";

/**
 * Takes events of the run into the view, copying what changes once. Pure; an event that was taken in before changes
 * nothing, and events may come late, since what they say is kept by round and client.
 */
export function reduceEvents(view: RunView, events: readonly FedloomEvent[]): RunView {
  const draft = new ViewDraft(view);
  for (const event of events) {
    if (event.type === "heartbeat" || event.type === "system_metrics" || event.type === "alert") continue;
    if (!draft.see(event)) continue;
    draft.touch();
    const { timestamp, meta } = event;
    const { lastEventAt } = draft.view;
    if (lastEventAt === undefined || lastEventAt < timestamp) draft.view.lastEventAt = timestamp;
    draft.view.numSkipped += meta?.skipped ?? 0;
    draft.log(event);
    if (!isSuperseded(draft.view, event)) apply(draft, event);
  }
  return draft.finish();
}

function apply(draft: ViewDraft, event: FedloomEvent): void {
  const { view } = draft;
  const { timestamp } = event;
  switch (event.type) {
    case "training_mode":
      view.mode = event.data.isFederated ? "federated" : "centralized";
      if (!event.data.isFederated) view.unit = "epoch";
      else view.totalRounds ??= event.data.numRounds;
      return;
    case "training_start": {
      const { totalEpochs, numRounds = totalEpochs, trainingMode } = event.data;
      beginAttempt(draft, event);
      delete view.state;
      if (numRounds !== undefined) view.totalRounds = numRounds;
      view.mode = trainingMode;
      if (trainingMode === "centralized") view.unit = "epoch";
      view.start = event.data;
      view.startedAt ??= timestamp;
      return;
    }
    case "run_state":
      view.state = event.data;
      return;
    case "round_start": {
      const { round, totalRounds, participatingClients, clientIds = [] } = event.data;
      view.totalRounds = totalRounds;
      putRound(draft, round, event, { startedAt: timestamp, participatingClients });
      selectClients(draft, round, clientIds);
      return;
    }
    case "client_progress": {
      const { round, clientId, localEpoch, totalLocalEpochs, trainLoss } = event.data;
      progressClient(draft, round, clientId, { localEpoch, totalLocalEpochs, trainLoss });
      return;
    }
    case "client_complete":
      endClient(draft, event);
      return;
    case "round_end": {
      const { round, totalRounds, clientId, fitMetrics, evalMetrics, durationMs } = event.data;
      // With a client's name it is that client's view of the round.
      if (clientId !== undefined) return;
      view.totalRounds = totalRounds;
      putRound(draft, round, event, {
        endedAt: timestamp,
        durationMs,
        fit: fitMetrics,
        evaluation: evalMetrics,
      });
      draft.endRound(round);
      return;
    }
    case "round_metrics":
      putRound(draft, event.data.round, event, { metrics: event.data.metrics });
      return;
    case "epoch_start":
      view.unit = "epoch";
      view.totalRounds = event.data.totalEpochs;
      putRound(draft, event.data.epoch, event, { startedAt: timestamp });
      return;
    case "epoch_end":
      endEpoch(draft, event);
      return;
    case "metrics":
      takeMetrics(draft, event);
      return;
    case "early_stopping":
      view.earlyStopping = event.data;
      return;
    case "error": {
      const { error, errorType, fatal, clientId } = event.data;
      const told = { error, errorType, fatal, timestamp, ...(clientId !== undefined && { clientId }) };
      view.errors = [...view.errors, told].slice(-MAX_ERRORS);
      return;
    }
    case "training_end":
      view.end = event.data;
      view.endedAt = timestamp;
      stopWaiting(draft);
  }
}

function endClient(draft: ViewDraft, { data }: FedloomEvent<"client_complete">): void {
  const { round, clientId, metrics, error, numSamples, durationMs, bytesUp, bytesDown, status } = data;
  const loss = metrics.train_loss ?? metrics.loss;
  const before: Partial<ClientRound> = draft.view.clients.get(round)?.get(clientId) ?? {};
  draft.endClient(round, {
    ...before,
    clientId,
    status,
    numSamples,
    durationMs,
    bytesUp,
    bytesDown,
    metrics,
    ...(loss !== undefined && { trainLoss: loss }),
    ...(error !== undefined && { error }),
  });
}

/** Both phases end an epoch: it is over with the later one, and lasts from its start. */
function endEpoch(draft: ViewDraft, event: FedloomEvent<"epoch_end">): void {
  const { epoch, phase, metrics, totalEpochs } = event.data;
  draft.view.unit = "epoch";
  if (totalEpochs !== undefined) draft.view.totalRounds = totalEpochs;
  const [endedAt = event.timestamp] = [event.timestamp, draft.find(epoch)?.endedAt ?? ""].sort().reverse();
  putRound(draft, epoch, event, {
    endedAt,
    ...(phase === "train" ? { fit: metrics } : { metrics }),
  });
}

function putRound(draft: ViewDraft, round: number, { meta }: FedloomEvent, change: Partial<RoundView>): void {
  const from = meta?.source === undefined ? {} : { source: meta.source };
  const entry = draft.round(round);
  Object.assign(entry, change, from);
  if (entry.durationMs === undefined && draft.view.unit === "epoch" && entry.startedAt && entry.endedAt) {
    entry.durationMs = Date.parse(entry.endedAt) - Date.parse(entry.startedAt);
  }
}
