import type { MetricPoint, WireEvent } from "@fedloom/protocol";

type MetricMap = Record<string, number | string>;

/** The metric values that an event carries, one by one, as they are stored and charted. */
export function metricsOf({ type, timestamp, data }: WireEvent): MetricPoint[] {
  const place = {
    timestamp,
    ...(typeof data.round === "number" && { round: data.round }),
    ...(typeof data.epoch === "number" && { epoch: data.epoch }),
    ...(typeof data.client_id === "string" && { clientId: data.client_id }),
  };
  const points = (map: unknown, phase: MetricPoint["phase"]): MetricPoint[] =>
    Object.entries((map ?? {}) as MetricMap).map(([name, value]) => ({
      ...place,
      ...(name.startsWith("test_") ? { name: name.slice("test_".length), phase: "test" } : { name, phase }),
      value: Number(value),
    }));
  switch (type) {
    case "epoch_end":
      return points(data.metrics, data.phase === "val" ? "val" : "train");
    case "client_complete":
      return points(data.metrics, "train");
    case "round_end":
      return [...points(data.fit_metrics, "train"), ...points(data.eval_metrics, "val")];
    case "round_metrics":
      return points(data.metrics, "val");
    default:
      return [];
  }
}
