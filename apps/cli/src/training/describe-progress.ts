import type { FedloomEvent } from "@fedloom/protocol";
import { printable } from "../printable.js";

/**
 * Tells what a training run says on a terminal: a few lines of text for what matters in an event, none for the rest.
 * Rounds and epochs are rows of a table, with as many columns as fit the width.
 */
export function createProgressDescriber(width: number): (event: FedloomEvent) => string | undefined {
  const table = createTable(width);
  return (event) => {
    if (event.type === "round_end" && event.data.clientId === undefined) {
      const { round, totalRounds, fitMetrics, evalMetrics, durationMs } = event.data;
      const metrics = figuresOf({ train_loss: fitMetrics.train_loss, ...evalMetrics });
      const time = `${(durationMs / 1_000).toFixed(1)} s`;
      return table.row({ round: stepOf(round, totalRounds), time, ...metrics });
    }
    if (event.type === "epoch_end") {
      const { epoch, totalEpochs, phase, metrics } = event.data;
      return table.row({ epoch: stepOf(epoch, totalEpochs), phase, ...figuresOf(metrics) });
    }
    return describeOther(event);
  };
}

interface Table {
  /** The row, below the names of the columns where those are new. */
  row(cells: Readonly<Record<string, string>>): string;
}

function createTable(width: number): Table {
  const columns: { name: string; width: number }[] = [];
  return {
    row(cells) {
      const lines: string[] = [];
      if (columns.length === 0) {
        let left = width;
        for (const [name, cell] of Object.entries(cells)) {
          const needed = Math.max(name.length, cell.length) + 2;
          if (needed - 2 > left) break;
          columns.push({ name, width: needed });
          left -= needed;
        }
        lines.push(
          columns
            .map(({ name, width: wide }) => name.padEnd(wide))
            .join("")
            .trimEnd(),
        );
      }
      lines.push(
        columns
          .map(({ name, width: wide }) => `${(cells[name] ?? "").padEnd(wide - 1)} `)
          .join("")
          .trimEnd(),
      );
      return lines.join("\n");
    },
  };
}

function describeOther(event: FedloomEvent): string | undefined {
  switch (event.type) {
    case "training_start": {
      const { experimentName, strategy, numClients, dataset, model, backend, seed } = event.data;
      const how = strategy === undefined ? "centralized" : `${strategy} over ${numClients} clients`;
      const lines = [`${experimentName}: ${dataset}`, `${model}, ${how}, seed ${seed}`, String(backend)];
      return lines.map(printable).join("\n");
    }
    case "client_complete": {
      const { round, clientId, status, error } = event.data;
      if (status === "ok") return undefined;
      return printable(`round ${round}: ${clientId} ${status}: ${error ?? "no reason given"}`);
    }
    case "early_stopping":
      return printable(`stopping early: ${event.data.reason}`);
    case "error": {
      const { error, errorType, fatal } = event.data;
      // Which part of the trainer found it is of no use to who reads this.
      const text = error.replace(/^callback [\w-]+: \w+ threw: /, "");
      return printable(`${fatal ? "failed" : "note"}: ${text} (${errorType})`);
    }
    case "training_end": {
      const { status, bestRound, bestEpoch, trainingDuration, finalMetrics } = event.data;
      const best = bestRound ?? bestEpoch;
      const place = best === undefined ? "" : `; best ${bestRound === undefined ? "epoch" : "round"} ${best}`;
      return [`${status} after ${trainingDuration}${place}`, ...finalLines(finalMetrics)].join("\n");
    }
    default:
      return undefined;
  }
}

/** The figures that a reader looks for first; the rest is in the events. */
const SHOWN = ["loss", "accuracy", "recall", "f1", "auroc", "mse", "mae", "r2"];

const PARTS = ["val", "test", "pooled"] as const;

/** A line for each part of the data that the best weights were evaluated on. */
function finalLines(metrics: Readonly<Record<string, number | undefined>>): string[] {
  return PARTS.flatMap((part) => {
    const own = Object.entries(metrics).flatMap(([name, value]) => {
      const [, prefix = "val", bare = ""] = /^(?:(test|pooled)_)?(.*)$/.exec(name) ?? [];
      return prefix === part ? [[bare, value]] : [];
    });
    const figures = Object.entries(figuresOf(Object.fromEntries(own)));
    const text = figures.map(([name, value]) => `${name} ${value}`).join("  ");
    return text ? [`  ${part.padEnd(6)} ${text}`] : [];
  });
}

function figuresOf(metrics: Readonly<Record<string, number | undefined>>): Record<string, string> {
  const shown = Object.entries(metrics).filter(
    ([name, value]) =>
      value !== undefined && SHOWN.includes(name.replace(/^(train|(pooled_)?(val|test))_/, "")),
  );
  return Object.fromEntries(shown.map(([name, value]) => [printable(name), figure(value as number)]));
}

function figure(value: number): string {
  return Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : value.toFixed(4);
}

function stepOf(step: number, total: number | undefined): string {
  const all = total === undefined ? "" : `/${total}`;
  return `${String(step).padStart(String(total ?? step).length)}${all}`;
}
