import { useMemo } from "react";
import { Choice } from "../ui/choice.js";
import { formatCount } from "../ui/format.js";
import { gpuFigures, machineFigures } from "./figures.js";
import { HistoryChart } from "./history-chart.js";
import { type RangeName, ranges } from "./history-range.js";
import type { HostView } from "./hosts.js";
import type { SystemFollowed } from "./use-hosts.js";

/** As many lines as can be told apart. */
const MAX_LINES = 8;

export interface HistoryChartsProps {
  system: SystemFollowed;
  /** Every machine, those that matter most first. */
  views: readonly HostView[];
  /** The machine that was chosen; all when absent. */
  host: string | undefined;
  range: (typeof ranges)[number];
  onRange: (range: RangeName) => void;
  onHost: (host: string) => void;
}

/** How machines were: a chart for each figure, which goes on by itself. */
export function HistoryCharts({ system, views, host, range, onRange, onHost }: HistoryChartsProps) {
  const hosts = views.map(({ sample }) => sample.host);
  const drawn = host === undefined ? hosts.slice(0, MAX_LINES) : [host];
  const wanted = JSON.stringify({ drawn, hosts });
  const lines = useMemo(() => colouredLines(JSON.parse(wanted)), [wanted]);
  const hasGpu = views.some(({ sample }) => drawn.includes(sample.host) && sample.gpu?.length);
  const figures = hasGpu ? [...machineFigures, ...gpuFigures] : machineFigures;
  return (
    <section aria-labelledby="history" className="mt-8">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id="history" className="font-semibold text-lg">
          History
        </h2>
        <div className="flex flex-wrap items-center gap-3">
          {hosts.length > 1 && (
            <select
              aria-label="Machine"
              value={host ?? ""}
              onChange={(event) => onHost(event.target.value)}
              className="max-w-48 rounded-md border border-strong bg-surface px-2 py-1 text-sm"
            >
              <option value="">All machines</option>
              {hosts.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
          <Choice label="How far back" options={ranges} value={range.value} onChange={onRange} />
        </div>
      </div>
      {host === undefined && hosts.length > drawn.length && (
        <p className="mb-3 text-muted text-sm">
          {formatCount(drawn.length)} of {formatCount(hosts.length)} machines are drawn; choose one to see
          another.
        </p>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        {figures.map((figure) => (
          <HistoryChart
            key={figure.name}
            figure={figure}
            lines={lines}
            host={host}
            spanMs={range.spanMs}
            tails={system.tails}
            aheadMs={system.aheadMs}
            gap={system.gap}
          />
        ))}
      </div>
    </section>
  );
}

/** A machine keeps its colour when others fall silent, or when it is chosen. */
function colouredLines({ drawn, hosts }: { drawn: string[]; hosts: string[] }) {
  const names = hosts.toSorted();
  return drawn.map((host) => ({ host, colour: names.indexOf(host) }));
}
