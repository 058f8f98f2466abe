import type { SystemMetricName } from "@fedloom/protocol";
import { formatBytes, formatCount, formatEstimate, formatPercent } from "../ui/format.js";

const loadFormat = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const wholePercentFormat = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });

/** A share between 0 and 1 in whole percent. */
export function formatWholePercent(share: number): string {
  return wholePercentFormat.format(share);
}

/** Bytes a second, such as `1.2 MB/s`. */
export function formatRate(bytesPerSecond: number | undefined): string {
  return bytesPerSecond === undefined
    ? formatBytes(undefined)
    : `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** How long ago something was, in whole seconds, minutes or hours; in `seconds`. */
export function formatAgo(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const isMinutes = minutes >= 1 && minutes < 60;
  return `${isMinutes ? `${formatCount(minutes)} min` : formatEstimate(seconds)} ago`;
}

export function formatLoad(load: number | undefined): string {
  return load === undefined ? formatBytes(undefined) : loadFormat.format(load);
}

const percent = {
  yLabel: "percent",
  format: (value: number | undefined) => formatPercent(value === undefined ? undefined : value / 100),
  yRange: [0, 100] as const,
};
const rate = { yLabel: "bytes a second", format: formatRate };

/** What a chart of a figure says of it. */
export interface FigureLook {
  name: SystemMetricName;
  title: string;
  yLabel: string;
  format: (value: number | undefined) => string;
  yRange?: readonly [number, number];
}

/** Figures of every machine, in the order of their charts. */
export const machineFigures: readonly FigureLook[] = [
  { name: "cpu_percent", title: "CPU", ...percent },
  { name: "memory_percent", title: "Memory", ...percent },
  { name: "network_rx_bytes_per_second", title: "Network, received", ...rate },
  { name: "network_tx_bytes_per_second", title: "Network, sent", ...rate },
  { name: "load_average", title: "Load", yLabel: "processes", format: formatLoad },
  { name: "disk_percent", title: "Disk", ...percent },
];

/** Figures of machines with GPUs. */
export const gpuFigures: readonly FigureLook[] = [
  { name: "gpu_utilization_percent", title: "GPU use", ...percent },
  {
    name: "gpu_memory_used_bytes",
    title: "GPU memory, of each",
    yLabel: "bytes",
    format: (value) => formatBytes(value === undefined ? undefined : Math.round(value)),
  },
];
