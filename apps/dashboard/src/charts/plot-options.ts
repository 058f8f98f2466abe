import type uPlot from "uplot";
import type { ChartSeries } from "./chart-series.js";

const FONT = '12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

export interface PlotOptions {
  series: readonly Omit<ChartSeries, "values">[];
  /** What x counts. */
  unit: "round" | "epoch";
  yLabel: string;
  /** Scores stay within 0 and 1. */
  isShare: boolean;
  /** The last round that the x axis has room for. */
  lastRound: () => number;
  onHover: (index: number | null) => void;
}

/** Options of a chart with rounds or epochs as x, in the page's colours of the moment. */
export function plotOptions({
  series,
  unit,
  yLabel,
  isShare,
  lastRound,
  onHover,
}: PlotOptions): uPlot.Options {
  const axis = {
    stroke: () => token("muted"),
    font: FONT,
    labelFont: FONT,
    grid: { stroke: () => token("line"), width: 1 },
    ticks: { stroke: () => token("line"), width: 1, size: 4 },
    labelSize: 18,
    labelGap: 2,
  };
  return {
    width: 300,
    height: 240,
    legend: { show: false },
    padding: [10, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: {
      x: { time: false, range: () => [0.75, Math.max(2, lastRound()) + 0.25] },
      y: { range: (_plot, min, max) => yRange(min, max, isShare) },
    },
    axes: [
      {
        ...axis,
        label: unit,
        size: 30,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000],
        space: 28,
      },
      { ...axis, label: yLabel, size: 48, space: 36 },
    ],
    series: [{}, ...series.map(lineOptions)],
    hooks: { setCursor: [({ cursor }) => onHover(cursor.idx ?? null)] },
  };
}

function lineOptions({ label, colour, dashed }: Omit<ChartSeries, "values">): uPlot.Series {
  return {
    label,
    stroke: () => token(colour),
    width: 2,
    spanGaps: true,
    ...(dashed && { dash: [6, 4] }),
    points: { size: 5, fill: () => token(colour), stroke: () => token(colour) },
  };
}

function yRange(min: number | null, max: number | null, isShare: boolean): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const room = Math.max((max - min) * 0.08, 0.01);
  return [Math.max(0, min - room), isShare ? Math.min(1, max + room) : max + room];
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
