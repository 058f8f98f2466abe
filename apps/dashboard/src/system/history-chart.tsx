import type { SystemMetricName } from "@fedloom/protocol";
import { memo, useCallback, useMemo } from "react";
import { getHistory, type HistoryLine } from "../api/system.js";
import { useAsked } from "../api/use-asked.js";
import type { ChartBand, ChartColour, ChartLine } from "../charts/chart-props.js";
import { LineChart } from "../charts/line-chart.js";
import { Notice } from "../ui/notice.js";
import type { FigureLook } from "./figures.js";
import { HISTORY_POINTS, widthOf } from "./history-range.js";
import { joinHistory } from "./join-history.js";
import type { Tails } from "./live-tail.js";

const COLOURS: readonly ChartColour[] = [
  "series-1",
  "series-2",
  "series-3",
  "series-4",
  "series-5",
  "series-6",
  "series-7",
  "series-8",
];
/** Points that may be missing between two before there is a gap. */
const GAP_POINTS = 3;
/** Machines say how they are every 5 s; a gap is longer than a few of those. */
const LEAST_GAP_MS = 20_000;

export interface HistoryChartProps {
  figure: FigureLook;
  /** Machines that are drawn, each with the number of its colour. */
  lines: readonly { host: string; colour: number }[];
  /** The machine that is asked for; those heard of last when absent. */
  host: string | undefined;
  spanMs: number;
  tails: Tails;
  /** How far this page's clock is ahead of the server's, in ms. */
  aheadMs: number;
  /** Rises when it must be asked again, because something was missed. */
  gap: number;
}

/** One figure of machines over time: the average as a line, and how high it went behind it. */
export const HistoryChart = memo(function HistoryChart(props: HistoryChartProps) {
  const { figure, lines, host, spanMs, tails, aheadMs, gap } = props;
  const { name, title, yLabel, format, yRange } = figure;
  const ask = useCallback(
    (signal: AbortSignal) => {
      const since = new Date(Date.now() - aheadMs - spanMs).toISOString();
      return getHistory(name, { host, since, points: HISTORY_POINTS }, signal);
    },
    [name, host, spanMs, aheadMs, gap],
  );
  const { value: stored, error } = useAsked(ask);

  const drawn = useMemo(
    () => drawnLines(name, { lines, stored, tails, spanMs, aheadMs }),
    [name, lines, stored, tails, spanMs, aheadMs],
  );
  if (error && !stored) {
    return (
      <Notice tone="warn" title={`${title}: the history could not be read`}>
        {error.message}
      </Notice>
    );
  }
  return (
    <LineChart
      title={title}
      x="time"
      yLabel={yLabel}
      format={format}
      {...drawn}
      {...(yRange && { yRange })}
      empty={stored ? "Nothing was heard in this time" : "Loading…"}
      height={200}
    />
  );
});

type Drawing = Pick<HistoryChartProps, "lines" | "tails" | "spanMs" | "aheadMs"> & {
  stored: readonly HistoryLine[] | undefined;
};

function drawnLines(
  name: SystemMetricName,
  { lines, stored, tails, spanMs, aheadMs }: Drawing,
): { lines: ChartLine[]; bands: ChartBand[] } {
  const widthMs = widthOf(spanMs);
  const from = Date.now() - aheadMs - spanMs - widthMs;
  const gapMs = Math.max(LEAST_GAP_MS, GAP_POINTS * widthMs);
  const drawn: ChartLine[] = [];
  const bands: ChartBand[] = [];
  for (const { host, colour: number } of lines) {
    const points = stored?.find((line) => line.host === host)?.points ?? [];
    const { x, average, max } = joinHistory(points, tails.get(host)?.get(name) ?? [], { from, gapMs });
    if (x.length === 0) continue;
    const look = { key: host, colour: COLOURS[number % COLOURS.length] ?? "muted", x };
    drawn.push({ ...look, label: host, dashed: number >= COLOURS.length, y: average });
    // Of several machines they would hide each other.
    if (lines.length === 1) bands.push({ ...look, label: "highest", low: average, high: max });
  }
  return { lines: drawn, bands };
}
