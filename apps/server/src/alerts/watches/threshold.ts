import type { AlertRuleOf, HostAlertMetric } from "@fedloom/protocol";
import type { SeenEvent } from "../seen-event.js";
import type { Identity } from "../subject.js";
import { type Desk, duration, figure, type Watch } from "../watch.js";
import { isWanted, nameOfValue } from "./values-of-clients.js";

/** A host that says no more how it is cannot be said to be above a threshold. */
const HOST_STALE_MS = 30_000;

/** A metric beyond a value, for a while; over once it is back, by a margin if there is one. */
export function watchThreshold(rule: AlertRuleOf<"threshold">, desk: Desk): Watch {
  const { metric, op, value: limit, forSeconds } = rule;
  const isBeyond = comparisons[op];
  const isBack = backOf(rule);
  const bound = words[op];
  const held = forSeconds > 0 ? ` for ${duration(forSeconds)}` : "";

  const read = (identity: Identity, name: string, value: number, staleMs?: number) => {
    if (Number.isNaN(value)) return;
    const known = desk.find(identity);
    const isAlerted = known?.phase === "firing" || known?.phase === "dismissed";
    const holds = isAlerted ? !isBack(value) : isBeyond(value, limit);
    const subject = holds ? desk.open(identity) : known;
    if (!subject) return;
    const message = holds
      ? `${name} is ${figure(value)}, ${bound} ${figure(limit)}${held}`
      : `${name} is ${figure(value)}`;
    desk.judge(subject, {
      holds,
      message,
      forMs: forSeconds * 1_000,
      ...(staleMs !== undefined && { staleMs }),
    });
  };

  if (rule.of === "host") {
    return {
      eventTypes: ["system_metrics"],
      readEvent(event) {
        const value = hostValue(event, metric as HostAlertMetric);
        if (value !== undefined) read({ host: event.host, metric }, metric, value, HOST_STALE_MS);
      },
    };
  }
  return {
    metric,
    readValue(runId, value) {
      if (!isWanted(rule, value)) return;
      const { name, phase, clientId } = value;
      read({ runId, metric: name, phase, clientId }, nameOfValue(value), value.value);
    },
  };
}

const comparisons = {
  ">": (value: number, limit: number) => value > limit,
  ">=": (value: number, limit: number) => value >= limit,
  "<": (value: number, limit: number) => value < limit,
  "<=": (value: number, limit: number) => value <= limit,
};

const words = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" };

/** Whether a value is far enough back for the alert to be over. */
function backOf({
  op,
  value,
  clearValue,
  clearMargin,
}: AlertRuleOf<"threshold">): (value: number) => boolean {
  const isAbove = op === ">" || op === ">=";
  const clear =
    clearValue ??
    (clearMargin === undefined ? undefined : isAbove ? value - clearMargin : value + clearMargin);
  if (clear === undefined) return (current) => !comparisons[op](current, value);
  return isAbove ? (current) => current <= clear : (current) => current >= clear;
}

interface Gpu {
  utilization_percent: number;
  memory_used_bytes: number;
  memory_total_bytes: number;
}

/** Of several GPUs the one that has most to do. */
function hostValue({ data }: SeenEvent, metric: HostAlertMetric): number | undefined {
  if (metric !== "gpu_utilization_percent" && metric !== "gpu_memory_percent") return Number(data[metric]);
  const gpus = (data.gpu ?? []) as Gpu[];
  if (gpus.length === 0) return undefined;
  return Math.max(
    ...gpus.map((gpu) =>
      metric === "gpu_utilization_percent"
        ? gpu.utilization_percent
        : (100 * gpu.memory_used_bytes) / Math.max(1, gpu.memory_total_bytes),
    ),
  );
}
