import type { SystemMetricName } from "@fedloom/protocol";
import type { HostView } from "./hosts.js";

/** What came since the page was opened, for one part of time of a chart. */
export interface TailPoint {
  /** Where the part begins, in ms. */
  x: number;
  average: number;
  max: number;
  /** Values that it stands for. */
  count: number;
}

export type Tail = readonly TailPoint[];
/** By machine, then by figure. */
export type Tails = ReadonlyMap<string, ReadonlyMap<SystemMetricName, Tail>>;

/** How wide a part of time is, and how far back a chart goes, in ms. */
export interface TailShape {
  widthMs: number;
  spanMs: number;
}

/** The tails with a machine's newest figures; old parts are let go, so that a page can stay open. */
export function withView(tails: Tails, view: HostView, at: number, shape: TailShape): Tails {
  const before = tails.get(view.sample.host);
  const after = new Map(before);
  for (const [name, { average, max }] of figuresOf(view)) {
    after.set(name, withValue(before?.get(name) ?? [], { x: at, average, max, count: 1 }, shape));
  }
  return new Map(tails).set(view.sample.host, after);
}

/** A tail with one more value, in the part of time that is not over yet or in a new one. */
export function withValue(tail: Tail, value: TailPoint, { widthMs, spanMs }: TailShape): Tail {
  const last = tail.at(-1);
  if (last && value.x < last.x) return tail;
  if (last && value.x - last.x < widthMs) {
    const count = last.count + 1;
    const average = last.average + (value.average - last.average) / count;
    return [...tail.slice(0, -1), { ...last, average, max: Math.max(last.max, value.max), count }];
  }
  const kept = tail.findIndex(({ x }) => x >= value.x - spanMs);
  return [...(kept < 0 ? [] : tail.slice(kept)), value];
}

/** A machine's figures by the names of their histories; of several GPUs the average, and the busiest. */
function* figuresOf({
  sample,
  rates,
}: HostView): Generator<[SystemMetricName, { average: number; max: number }]> {
  const one = (value: number) => ({ average: value, max: value });
  yield ["cpu_percent", one(sample.cpuPercent)];
  yield ["memory_percent", one(sample.memoryPercent)];
  yield ["disk_percent", one(sample.diskPercent)];
  yield ["load_average", one(sample.loadAverage)];
  if (rates) {
    yield ["network_rx_bytes_per_second", one(rates.receive)];
    yield ["network_tx_bytes_per_second", one(rates.transmit)];
  }
  const { gpu } = sample;
  if (!gpu || gpu.length === 0) return;
  yield ["gpu_utilization_percent", averageOf(gpu.map(({ utilizationPercent }) => utilizationPercent))];
  yield ["gpu_memory_used_bytes", averageOf(gpu.map(({ memoryUsedBytes }) => memoryUsedBytes))];
}

function averageOf(values: readonly number[]): { average: number; max: number } {
  const sum = values.reduce((total, value) => total + value, 0);
  return { average: sum / values.length, max: Math.max(...values) };
}
