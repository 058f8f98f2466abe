import type { FedloomEvent } from "@fedloom/protocol";
import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatDuration,
  formatMetric,
  formatMilliseconds,
} from "../../ui/format.js";

/** One line of plain text about an event. */
export function describeEvent(event: FedloomEvent): string {
  switch (event.type) {
    case "training_start": {
      const { experimentName, dataset, model, backend, attempt, resumedFrom } = event.data;
      const start = attempt && `start ${attempt}, after round ${resumedFrom ?? 0}`;
      return join([experimentName, dataset, model, backend, start || undefined]);
    }
    case "round_start":
      return `round ${event.data.round} of ${event.data.totalRounds}, ${formatCountOf(event.data.participatingClients, "client")}`;
    case "client_progress": {
      const { round, clientId, localEpoch, totalLocalEpochs, trainLoss } = event.data;
      return `round ${round}, ${clientId}: epoch ${localEpoch} of ${totalLocalEpochs}, loss ${formatMetric(trainLoss)}`;
    }
    case "client_complete": {
      const { round, clientId, status, numSamples, durationMs, error } = event.data;
      const result = join([
        status,
        formatCountOf(numSamples, "image"),
        formatMilliseconds(durationMs),
        error,
      ]);
      return `round ${round}, ${clientId}: ${result}`;
    }
    case "round_end": {
      const { round, durationMs, fitMetrics, evalMetrics } = event.data;
      return join([
        `round ${round}`,
        formatMilliseconds(durationMs),
        list({ ...fitMetrics, ...evalMetrics }),
      ]);
    }
    case "round_metrics":
      return join([`round ${event.data.round}`, list(event.data.metrics)]);
    case "early_stopping":
      return event.data.reason;
    case "error":
      return join([event.data.clientId, event.data.errorType, event.data.error]);
    case "training_end": {
      const { status, durationSeconds, finalMetrics } = event.data;
      return join([status, formatDuration(durationSeconds), list(finalMetrics)]);
    }
    case "run_state":
      return join([event.data.state, event.data.reason]);
    case "log":
      return event.data.message;
    case "epoch_start":
      return `epoch ${event.data.epoch} of ${event.data.totalEpochs}`;
    case "epoch_end":
      return join([`epoch ${event.data.epoch}`, event.data.phase, list(event.data.metrics)]);
    case "metrics": {
      const { round, epoch, step, batch, clientId, phase, metrics } = event.data;
      const place = [
        round !== undefined && `round ${round}`,
        epoch !== undefined && `epoch ${epoch}`,
        batch !== undefined && `batch ${batch}`,
        step !== undefined && `step ${step}`,
        clientId,
        phase,
      ];
      return join([...place.map((part) => part || undefined), list(metrics)]);
    }
    case "checkpoint": {
      const { round, epoch, bytes, isBest } = event.data;
      const step = round === undefined ? `epoch ${epoch}` : `round ${round}`;
      return join([step, formatBytes(bytes), isBest ? "the best so far" : undefined]);
    }
    case "training_mode":
      return event.data.isFederated
        ? `federated, ${formatCountOf(event.data.numClients, "client")}, ${formatCountOf(event.data.numRounds, "round")}`
        : "centralized";
    default:
      return JSON.stringify(event.data);
  }
}

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(", ");
}

function list(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .slice(0, 12)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? formatCount(value) : formatMetric(value)}`)
    .join(", ");
}
