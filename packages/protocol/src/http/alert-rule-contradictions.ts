import type { z } from "zod";

/** Metrics of a host that a threshold may watch. */
export const hostAlertMetrics = [
  "cpu_percent",
  "memory_percent",
  "memory_used_bytes",
  "disk_percent",
  "disk_used_bytes",
  "load_average",
  "gpu_utilization_percent",
  "gpu_memory_percent",
] as const;
export type HostAlertMetric = (typeof hostAlertMetrics)[number];

type Wire = Readonly<Record<string, unknown>>;
interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
}

/** Refuses rules of which one field speaks against another, in one sentence. */
export function refuseContradictions(rule: Wire, context: z.RefinementCtx): void {
  const refusal = contradictionIn(rule);
  if (refusal) context.addIssue({ code: "custom", path: [...refusal.path], message: refusal.message });
}

function contradictionIn(rule: Wire): Refusal | undefined {
  if (rule.kind === "threshold") return thresholdContradiction(rule);
  if (rule.kind !== "client_dropped") return undefined;
  const ways = ["num_clients", "share", "rounds_in_a_row"].filter((way) => rule[way] !== undefined);
  if (ways.length === 1) return undefined;
  const message = "expected exactly one of num_clients, share and rounds_in_a_row";
  return { path: [ways[1] ?? "num_clients"], message };
}

function thresholdContradiction(rule: Wire): Refusal | undefined {
  const { of, metric, op, value, clear_value: clear } = rule;
  const scope = (rule.scope ?? {}) as Wire;
  const foreign = of === "host" ? ["runs", "projects"] : ["hosts"];
  const scoped = foreign.find((key) => scope[key] !== undefined);
  if (scoped) return refuse(["scope", scoped], `nothing, since the metric is one of a ${of}`);
  if (of === "host") {
    const training = ["phase", "clients"].find((key) => rule[key] !== undefined);
    if (training) return refuse([training], "nothing, since the metric is one of a host");
    if (!(hostAlertMetrics as readonly unknown[]).includes(metric)) {
      return refuse(["metric"], `one of ${hostAlertMetrics.join(", ")}, since it is one of a host`);
    }
  }
  if (clear === undefined) return undefined;
  if (rule.clear_margin !== undefined) return refuse(["clear_margin"], "nothing, since clear_value is given");
  const isAbove = op === ">" || op === ">=";
  if (isAbove && Number(clear) > Number(value)) return refuse(["clear_value"], `at most the value ${value}`);
  if (!isAbove && Number(clear) < Number(value))
    return refuse(["clear_value"], `at least the value ${value}`);
  return undefined;
}

function refuse(path: readonly string[], expected: string): Refusal {
  return { path, message: `expected ${expected}` };
}
