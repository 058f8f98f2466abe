import type { FedloomEvent } from "@fedloom/protocol";
import { printable } from "../printable.js";

/** What a training run says on a terminal: a line for what matters in an event, none for the rest. */
export function describeProgress(event: FedloomEvent): string | undefined {
  switch (event.type) {
    case "training_start": {
      const { experimentName, strategy, numClients, dataset, model, backend, seed } = event.data;
      const how = strategy === undefined ? "centralized" : `${strategy} over ${numClients} clients`;
      return printable(`${experimentName}: ${dataset}, ${model}, ${how}, seed ${seed}; ${backend}`);
    }
    case "round_end": {
      if (event.data.clientId !== undefined) return undefined;
      const { round, totalRounds, fitMetrics, evalMetrics, durationMs } = event.data;
      const metrics = { train_loss: fitMetrics.train_loss, ...evalMetrics };
      return `${stepOf("round", round, totalRounds)}  ${metricsOf(metrics)}  ${seconds(durationMs)}`;
    }
    case "epoch_end": {
      const { epoch, totalEpochs, phase, metrics } = event.data;
      return `${stepOf("epoch", epoch, totalEpochs)}  ${phase.padEnd(5)}  ${metricsOf(metrics)}`;
    }
    case "client_complete": {
      const { round, clientId, status, error } = event.data;
      if (status === "ok") return undefined;
      return printable(`round ${round}: ${clientId} ${status}: ${error ?? "no reason given"}`);
    }
    case "early_stopping":
      return printable(`stopping early: ${event.data.reason}`);
    case "checkpoint": {
      const { path, id, bytes, isBest } = event.data;
      return isBest ? printable(`best so far kept: ${path ?? id} (${bytes} bytes)`) : undefined;
    }
    case "error": {
      const { error, errorType, fatal } = event.data;
      return printable(`${fatal ? "failed" : "note"}: ${error} (${errorType})`);
    }
    case "training_end": {
      const { status, bestRound, bestEpoch, trainingDuration, finalMetrics } = event.data;
      const best = bestRound ?? bestEpoch;
      const place =
        best === undefined ? "" : `; best ${bestRound === undefined ? "epoch" : "round"} ${best}:`;
      return `${status} after ${trainingDuration}${place} ${metricsOf(finalMetrics)}`.trimEnd();
    }
    default:
      return undefined;
  }
}

/** The figures that a reader looks for first; the rest is in the events. */
const SHOWN = ["loss", "accuracy", "recall", "f1", "auroc", "mse", "mae"];

function metricsOf(metrics: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(metrics)
    .filter(([name, value]) => value !== undefined && SHOWN.includes(name.replace(/^(train|val|test)_/, "")))
    .map(([name, value]) => `${printable(name)} ${figure(value as number)}`)
    .join("  ");
}

function figure(value: number): string {
  return Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : value.toFixed(4);
}

function stepOf(unit: string, step: number, total: number | undefined): string {
  const all = total === undefined ? "" : `/${total}`;
  return `${unit} ${String(step).padStart(String(total ?? step).length)}${all}`;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(1)} s`;
}
