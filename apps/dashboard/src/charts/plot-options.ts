import type uPlot from "uplot";
import type { ChartBand, ChartLine, ChartProps } from "./chart-props.js";
import { xKinds } from "./chart-x.js";
import { colour } from "./colours.js";
import { nearestPoint } from "./nearest-point.js";
import { tickLabels } from "./tick-labels.js";

const FONT = '12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const CHARACTER_WIDTH = 6.6;

export interface PlotOptions extends Pick<ChartProps, "x" | "yLabel" | "lines"> {
  bands: readonly ChartBand[];
  width: number;
  height: number;
  isLog: boolean;
  hidden: ReadonlySet<string>;
  format: () => ChartProps["format"];
  xRange: () => [number, number];
  yRange: (min: number | null, max: number | null) => [number, number];
  onCursor: (plot: uPlot) => void;
  onSelect: (plot: uPlot) => void;
  onWhole: () => void;
  onDraw: (plot: uPlot) => void;
}

/** Options of a chart in the page's colours of the moment; what may change without another chart is asked for. */
export function plotOptions(options: PlotOptions): uPlot.Options {
  const { x, yLabel, lines, bands, width, height, isLog, hidden, format } = options;
  const kind = xKinds[x];
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    // Half of the last tick's label reaches over the right edge.
    padding: [12, kind.room / 2, 0, 0],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { size: 8 },
      dataIdx: nearestPoint,
      bind: {
        dblclick: () => () => {
          options.onWhole();
          return null;
        },
      },
      // Other charts of the page over the same x show the same place; a part of one is drawn over in that one only.
      sync: { key: `fedloom-${x}`, scales: ["x", null], filters: { pub: isMove, sub: isMove } },
    },
    scales: {
      x: { time: false, range: () => options.xRange() },
      y: { distr: isLog ? 3 : 1, range: (_plot, min, max) => options.yRange(min, max) },
    },
    axes: [
      {
        ...axis(),
        ...(kind.label && { label: kind.label }),
        size: 30,
        space: kind.room,
        ...(kind.increments && { incrs: kind.increments }),
        values: (_plot, splits, _axis, _space, increment) =>
          splits.map((split) => kind.tick(split, increment)),
      },
      {
        ...axis(),
        label: yLabel,
        space: 36,
        size: (_plot, labels) => yAxisSize(labels),
        values: (_plot, splits) => tickLabels(splits, format()),
      },
    ],
    series: [
      {},
      ...bands.flatMap((band) => [edgeOptions(band), edgeOptions(band)]),
      ...lines.map((line) => lineOptions(line, !hidden.has(line.key))),
    ],
    bands: bands.map((band, index) => ({
      series: [2 * index + 2, 2 * index + 1],
      // The tokens have six digits, to which two of transparency are added.
      fill: () => `${colour(band.colour)}24`,
    })),
    hooks: {
      setCursor: [options.onCursor],
      setSelect: [options.onSelect],
      draw: [options.onDraw],
    },
  };
}

function axis(): uPlot.Axis {
  return {
    stroke: () => colour("muted"),
    font: FONT,
    labelFont: FONT,
    grid: { stroke: () => colour("line"), width: 1 },
    ticks: { stroke: () => colour("line"), width: 1, size: 4 },
    labelSize: 18,
    labelGap: 2,
  };
}

function yAxisSize(labels: readonly string[] | null): number {
  const longest = Math.max(0, ...(labels ?? []).map((label) => label.length));
  return Math.max(40, Math.ceil(longest * CHARACTER_WIDTH) + 14);
}

function lineOptions({ label, colour: name, dashed }: ChartLine, show: boolean): uPlot.Series {
  return {
    label,
    show,
    stroke: () => colour(name),
    width: 2,
    // Whole px would make steps of a slow rise.
    pxAlign: 0,
    ...(dashed && { dash: [6, 4] }),
    points: { size: 5, fill: () => colour(name), stroke: () => colour(name) },
  };
}

function edgeOptions({ label }: ChartBand): uPlot.Series {
  return { label, stroke: "transparent", width: 1, points: { show: false } };
}

function isMove(type: string): boolean {
  return type === "mousemove" || type === "mouseleave";
}
