import type { RunRecord, RunState } from "@fedloom/protocol";

/** What the list says of a run, read from its record. */
export interface RunFacts {
  strategy: string | undefined;
  model: string | undefined;
  /** What the data are called; a file by its name without folders. */
  data: string;
  isSynthetic: boolean;
  /** Name of the data file; undefined for made-up data. */
  dataFile: string | undefined;
  numClients: number | undefined;
  /** Of the test data at the end: AUC, else accuracy, else loss. */
  final: NamedValue | undefined;
  best: (NamedValue & { step: number }) | undefined;
  durationSeconds: number | undefined;
}

export interface NamedValue {
  label: string;
  value: number;
}

const FINAL = [
  { key: "test_auroc", label: "test AUC" },
  { key: "test_accuracy", label: "test accuracy" },
  { key: "test_loss", label: "test loss" },
  { key: "auroc", label: "validation AUC" },
  { key: "accuracy", label: "validation accuracy" },
  { key: "loss", label: "loss" },
];
const MADE_UP: Readonly<Record<string, string>> = {
  "synthetic-xrays": "chest X-rays",
  blobs: "blobs",
  "two-spirals": "two spirals",
};
const METRICS: Readonly<Record<string, string>> = { auroc: "AUC", accuracy: "accuracy", f1: "F1" };
const PHASES: Readonly<Record<string, string>> = { val: "validation", train: "training", test: "test" };

/** Reads the facts of a run; at `now` in ms for one that goes on. */
export function factsOf(run: RunRecord, now: number): RunFacts {
  const { config, summary, mode, isManaged, best } = run;
  const path = textOf(config.data_path);
  const dataFile = path?.split(/[/\\]/).at(-1);
  const madeUp = textOf(config.data) ?? (isManaged && path === undefined ? "synthetic-xrays" : undefined);
  const final = summary?.final_metrics as Record<string, unknown> | undefined;
  const told = FINAL.find(({ key }) => numberOf(final?.[key]) !== undefined);
  return {
    strategy: mode === "federated" ? textOf(config.strategy) : undefined,
    model: textOf(config.model),
    dataFile,
    data: dataFile ?? MADE_UP[madeUp ?? ""] ?? textOf(config.dataset) ?? "",
    isSynthetic: path === undefined && madeUp !== undefined,
    numClients: mode === "federated" ? numberOf(config.num_clients) : undefined,
    final: told && { label: told.label, value: numberOf(final?.[told.key]) as number },
    best: best && { label: metricLabel(best.metric), value: best.value, step: best.step },
    durationSeconds:
      numberOf(summary?.duration_seconds) ??
      secondsBetween(run.startedAt, isGoingOn(run.state) ? now : run.endedAt),
  };
}

/** Whether a run is being trained, as far as is known. */
export function isGoingOn(state: RunState): boolean {
  return state === "running" || state === "silent";
}

/** `val_auroc` as people say it. */
export function metricLabel(metric: string): string {
  const [, phase = "", name = metric] = /^(val|train|test)_(.+)$/.exec(metric) ?? [];
  return [PHASES[phase], METRICS[name] ?? name].filter(Boolean).join(" ");
}

/** What a run counts. */
export function stepNoun({ mode }: Pick<RunRecord, "mode">): "round" | "epoch" {
  return mode === "federated" ? "round" : "epoch";
}

/** Seconds until a run is over, by its pace so far; undefined where that is not known. */
export function secondsToGo(run: RunRecord, now: number): number | undefined {
  const { state, step, totalSteps, startedAt, attempt } = run;
  // A run that was taken up again has stood still in between.
  if (state !== "running" || !totalSteps || step === 0 || attempt > 1 || startedAt === undefined)
    return undefined;
  const perStep = (now - Date.parse(startedAt)) / step;
  return Math.max(0, ((totalSteps - step) * perStep) / 1_000);
}

function secondsBetween(start: string | undefined, end: string | number | undefined): number | undefined {
  if (start === undefined || end === undefined) return undefined;
  return Math.max(0, (new Date(end).getTime() - Date.parse(start)) / 1000);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
