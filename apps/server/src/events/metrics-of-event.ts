import type { MetricPoint, WireEvent } from "@fedloom/protocol";

type MetricMap = Record<string, number | string>;

/** The metric values that an event carries, one by one; the same that the database stores of it. */
export function metricsOf({ type, timestamp, data }: WireEvent): MetricPoint[] {
  const number = (field: string) => (typeof data[field] === "number" ? (data[field] as number) : undefined);
  const [round, epoch] = [number("round"), number("epoch")];
  const place = {
    x: number("step") ?? round ?? epoch ?? 0,
    timestamp,
    ...(round !== undefined && { round }),
    ...(epoch !== undefined && { epoch }),
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
    case "metrics":
      return points(data.metrics, (data.phase as MetricPoint["phase"] | undefined) ?? "train");
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
