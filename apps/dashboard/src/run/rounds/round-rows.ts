import { validation } from "../../live/run-progress.js";
import type { RoundView } from "../../live/run-view.js";

/** A column of the table of rounds. */
export interface RoundColumn {
  /** In the CSV. */
  name: string;
  title: string;
  kind: "count" | "metric" | "ms" | "bytes";
  read: (round: RoundView) => number | undefined;
  /** Left out on narrow screens. */
  isSpare?: boolean;
}

const training: RoundColumn = {
  name: "train_loss",
  title: "Training loss",
  kind: "metric",
  read: ({ fit }) => fit.train_loss ?? fit.loss,
};
const evaluated: RoundColumn[] = [
  { name: "val_loss", title: "Loss", kind: "metric", read: (round) => validation(round, "loss") },
  { name: "val_auroc", title: "AUC", kind: "metric", read: (round) => validation(round, "auroc") },
];
const duration: RoundColumn = { name: "duration_ms", title: "Duration", kind: "ms", read: durationOf };

/** What the table tells of each round of a federation. */
export const federatedColumns: readonly RoundColumn[] = [
  {
    name: "clients",
    title: "Asked",
    kind: "count",
    read: ({ participatingClients }) => participatingClients,
  },
  { name: "ok", title: "Ok", kind: "count", read: ({ numOk }) => numOk },
  {
    name: "rejected",
    title: "Rejected",
    kind: "count",
    read: ({ numRejected }) => numRejected,
    isSpare: true,
  },
  { name: "failed", title: "Failed", kind: "count", read: ({ numFailed }) => numFailed, isSpare: true },
  { name: "late", title: "Late", kind: "count", read: ({ numTimeout }) => numTimeout, isSpare: true },
  { ...training, isSpare: true },
  ...evaluated,
  duration,
  { name: "bytes_down", title: "Sent", kind: "bytes", read: ({ bytesDown }) => bytesDown, isSpare: true },
  { name: "bytes_up", title: "Received", kind: "bytes", read: ({ bytesUp }) => bytesUp, isSpare: true },
];

/** What it tells of each epoch in one place. */
export const epochColumns: readonly RoundColumn[] = [
  training,
  ...evaluated,
  { name: "val_accuracy", title: "Accuracy", kind: "metric", read: (round) => validation(round, "accuracy") },
  duration,
];

/** How long a round took, by its own word or by when it began and ended. */
export function durationOf({ durationMs, startedAt, endedAt }: RoundView): number | undefined {
  if (durationMs !== undefined) return durationMs;
  if (startedAt === undefined || endedAt === undefined) return undefined;
  return Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
}

/** All rounds as comma-separated values in full precision. */
export function roundsCsv(
  rounds: readonly RoundView[],
  columns: readonly RoundColumn[],
  unit: string,
): string {
  const head = [unit, ...columns.map(({ name }) => name)];
  const rows = rounds.map((round) => [round.round, ...columns.map(({ read }) => read(round) ?? "")]);
  return [head, ...rows].map((cells) => cells.join(",")).join("\n");
}

/** The sum of what rounds tell; undefined where none tells it. */
export function totalOf(rounds: readonly RoundView[], read: RoundColumn["read"]): number | undefined {
  let total: number | undefined;
  for (const round of rounds) {
    const value = read(round);
    if (value !== undefined && Number.isFinite(value)) total = (total ?? 0) + value;
  }
  return total;
}
