import type { WireEvent } from "@fedloom/protocol";

/** One value of one metric of a run. */
export interface MetricValue {
  readonly name: string;
  readonly phase: "train" | "val" | "test";
  /** NaN and infinite ones are kept. */
  readonly value: number;
  readonly round: number | undefined;
  readonly epoch: number | undefined;
  /** Undefined for values of the run as a whole. */
  readonly clientId: string | undefined;
}

type Place = Pick<MetricValue, "round" | "epoch" | "clientId">;
const TEST = "test_";

/** The metric values that an event carries, under the names and phases by which they are charted. */
export function metricValuesOf({ type, data }: WireEvent): MetricValue[] {
  const place: Place = {
    round: data.round as number | undefined,
    epoch: data.epoch as number | undefined,
    clientId: data.client_id as string | undefined,
  };
  switch (type) {
    case "epoch_end":
    case "metrics":
      return valuesOf(data.metrics, (data.phase ?? "train") as MetricValue["phase"], place);
    case "client_complete":
      return valuesOf(data.metrics, "train", place);
    case "round_metrics":
      return valuesOf(data.metrics, "val", place);
    case "round_end":
      return [...valuesOf(data.fit_metrics, "train", place), ...valuesOf(data.eval_metrics, "val", place)];
    default:
      return [];
  }
}

function valuesOf(metrics: unknown, phase: MetricValue["phase"], place: Place): MetricValue[] {
  const { round, epoch, clientId } = place;
  const values: MetricValue[] = [];
  for (const [key, value] of Object.entries((metrics ?? {}) as Record<string, number | string>)) {
    const isTest = key.startsWith(TEST);
    const name = isTest ? key.slice(TEST.length) : key;
    values.push({ name, phase: isTest ? "test" : phase, value: Number(value), round, epoch, clientId });
  }
  return values;
}
