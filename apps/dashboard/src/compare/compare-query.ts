import { MAX_COMPARED } from "./compare-path.js";

export const phases = ["train", "val", "test"] as const;
export type Phase = (typeof phases)[number];
export const axes = ["step", "seconds", "bytes", "samples"] as const;
export type CompareAxis = (typeof axes)[number];
/** Share of each value that is the mean before it. */
export const smoothings = ["0", "0.6", "0.9"] as const;

/** What the reader has chosen to compare, as the address has it. */
export interface CompareChoice {
  runIds: string[];
  phase: Phase;
  axis: CompareAxis;
  smoothing: (typeof smoothings)[number];
  /** What the others are told against. */
  baseline: string | undefined;
  targetMetric: string;
  target: number | undefined;
  areAllFields: boolean;
}

/** Reads the choice; what is not known counts as not chosen. */
export function choiceOf(search: URLSearchParams): CompareChoice {
  const runIds = [...new Set(search.getAll("run"))].filter((id) => /^[0-7][0-9A-Z]{25}$/.test(id));
  const baseline = search.get("baseline") ?? undefined;
  const target = Number(search.get("target") || Number.NaN);
  return {
    runIds: runIds.slice(0, MAX_COMPARED),
    phase: phases.find((phase) => phase === search.get("phase")) ?? "val",
    axis: axes.find((axis) => axis === search.get("x")) ?? "step",
    smoothing: smoothings.find((smoothing) => smoothing === search.get("smooth")) ?? "0",
    baseline: baseline !== undefined && runIds.includes(baseline) ? baseline : undefined,
    targetMetric: search.get("target_metric") ?? "auroc",
    target: Number.isFinite(target) ? target : undefined,
    areAllFields: search.get("fields") === "all",
  };
}
