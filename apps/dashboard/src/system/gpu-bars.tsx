import { formatBytes, formatPercent } from "../ui/format.js";
import type { HostSample } from "./hosts.js";
import { Meter } from "./meter.js";

type Gpu = NonNullable<HostSample["gpu"]>[number];

/** A machine's GPUs, each with its use and its memory. */
export function GpuBars({ gpus, isStale }: { gpus: readonly Gpu[]; isStale: boolean }) {
  return (
    <ul className="mt-4 max-h-52 space-y-3 overflow-y-auto border-line border-t pt-3">
      {gpus.map((gpu, index) => (
        <li key={index} className="text-sm">
          <p className="truncate font-medium">
            <bdi>{gpu.name}</bdi>
            {gpus.length > 1 && <span className="text-muted"> {index + 1}</span>}
          </p>
          <Bar label="Use" percent={gpu.utilizationPercent} isStale={isStale} />
          <Bar
            label="Memory"
            percent={(100 * gpu.memoryUsedBytes) / Math.max(1, gpu.memoryTotalBytes)}
            text={`${formatBytes(gpu.memoryUsedBytes)} of ${formatBytes(gpu.memoryTotalBytes)}`}
            isStale={isStale}
          />
        </li>
      ))}
    </ul>
  );
}

function Bar(props: { label: string; percent: number; text?: string; isStale: boolean }) {
  const { label, percent, text = formatPercent(percent / 100), isStale } = props;
  return (
    <div className="mt-1 grid grid-cols-[4rem_1fr_auto] items-center gap-2 text-muted text-xs">
      <span>{label}</span>
      <span className="relative block h-1.5 overflow-hidden rounded-full bg-raised">
        <Meter label={label} percent={percent} text={text} />
        <span
          className={`block h-full rounded-full ${isStale ? "bg-strong" : "bg-accent"}`}
          style={{ width: `${Math.min(100, percent)}%` }}
        />
      </span>
      <span className={`whitespace-nowrap ${isStale ? "" : "text-ink"}`}>{text}</span>
    </div>
  );
}
