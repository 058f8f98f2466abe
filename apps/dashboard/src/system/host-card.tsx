import { memo, useId } from "react";
import { formatBytes, formatDateTime } from "../ui/format.js";
import { formatAgo, formatLoad, formatRate } from "./figures.js";
import { ForgetHost } from "./forget-host.js";
import { Gauge } from "./gauge.js";
import { GpuBars } from "./gpu-bars.js";
import type { HostView } from "./hosts.js";

export interface HostCardProps {
  view: HostView;
  isStale: boolean;
  /** How long ago it was heard of, in whole seconds; only told of stale ones. */
  silentSeconds: number | undefined;
  /** Whether its charts are shown alone. */
  isChosen: boolean;
  /** Called with the machine whose charts are wanted, or nothing for all. */
  onChoose: (host: string) => void;
  onForgotten: () => void;
}

/** One machine with its gauges. */
export const HostCard = memo(function HostCard(props: HostCardProps) {
  const { view, isStale, silentSeconds, isChosen, onChoose, onForgotten } = props;
  const { sample, rates, heardAt } = view;
  const { host, gpu } = sample;
  const id = useId();
  return (
    <article
      aria-labelledby={id}
      className={`flex min-w-0 flex-col rounded-lg border bg-surface p-4 ${isChosen ? "border-accent" : "border-line"} ${isStale ? "border-dashed" : ""}`}
    >
      <header className="mb-3 flex items-baseline justify-between gap-3">
        <h2 id={id} className="min-w-0 truncate font-semibold" title={host}>
          <bdi>{host}</bdi>
        </h2>
        <span
          className={`inline-flex shrink-0 items-center gap-1.5 text-xs ${isStale ? "text-warn" : "text-good"}`}
        >
          <span aria-hidden="true" className="size-1.5 rounded-full bg-current" />
          {isStale ? "Silent" : "Heard"}
        </span>
      </header>
      {isStale && (
        <p className="mb-3 text-sm text-warn">
          Last heard{" "}
          <time dateTime={heardAt} title={formatDateTime(heardAt)}>
            {formatAgo(silentSeconds ?? 0)}
          </time>
        </p>
      )}
      <div className={`grid grid-cols-3 gap-2 ${isStale ? "text-muted" : ""}`}>
        <Gauge label="CPU" percent={sample.cpuPercent} isStale={isStale} />
        <Gauge
          label="Memory"
          percent={sample.memoryPercent}
          detail={`${formatBytes(sample.memoryUsedBytes)} used`}
          isStale={isStale}
        />
        <Gauge
          label="Disk"
          percent={sample.diskPercent}
          detail={`${formatBytes(sample.diskUsedBytes)} used`}
          isStale={isStale}
        />
      </div>
      <dl
        className={`mt-4 grid grid-cols-3 gap-2 border-line border-t pt-3 text-sm ${isStale ? "text-muted" : ""}`}
      >
        <Figure title="Received">{formatRate(rates?.receive)}</Figure>
        <Figure title="Sent">{formatRate(rates?.transmit)}</Figure>
        <Figure title="Load">{formatLoad(sample.loadAverage)}</Figure>
      </dl>
      {gpu && gpu.length > 0 && <GpuBars gpus={gpu} isStale={isStale} />}
      <footer className="mt-auto flex items-center justify-between gap-3 pt-3 text-sm">
        <button
          type="button"
          onClick={() => onChoose(isChosen ? "" : host)}
          className="text-accent hover:underline"
        >
          {isChosen ? "Show charts of all machines" : "Show its charts alone"}
          {!isChosen && <span className="sr-only"> ({host})</span>}
        </button>
        {isStale && <ForgetHost host={host} onForgotten={onForgotten} />}
      </footer>
    </article>
  );
});

function Figure({ title, children }: { title: string; children: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{title}</dt>
      <dd className="truncate font-medium">{children}</dd>
    </div>
  );
}
