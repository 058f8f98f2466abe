import type { ChartBand, ChartLine } from "./chart-props.js";
import { joinColumns } from "./join-columns.js";
import { type Column, groupByX, lowerBound, type Sheet } from "./sheet.js";
import { thinColumns } from "./thin-columns.js";

export interface PlotDataOptions {
  lines: readonly ChartLine[];
  bands: readonly ChartBand[];
  /** What is drawn of x. */
  range: readonly [number, number];
  /** Of the chart, in px. */
  width: number;
  isLog: boolean;
}

export interface PlotData {
  /** Columns: low and high of each band, then each line. */
  sheet: Sheet;
  /** Points of lines that are drawn, and those there are in this range. */
  numDrawn: number;
  numPoints: number;
}

/** More different x than so many for each px cannot be told apart. */
const MOST_PER_PX = 4;

/** What is drawn of lines and bands: each point, or where they are too many for the chart's width a choice of them. */
export function plotData({ lines, bands, range, width, isLog }: PlotDataOptions): PlotData {
  const columns = [
    ...bands.flatMap(({ x, low, high }) => [
      { x, y: low },
      { x, y: high },
    ]),
    ...lines,
  ];
  const above = isLog ? 0 : Number.NEGATIVE_INFINITY;
  const parts = Math.max(1, Math.round(width));
  const numX = groupByX(columns).reduce((sum, { x }) => sum + numInRange(x, range), 0);
  const isThinned = numX > parts * MOST_PER_PX;
  const sheet = isThinned
    ? thinColumns(columns, { range, parts, above })
    : joinColumns(columns.map((column) => cut(column, range, above)));
  const inRange = lines.map(({ x }) => numInRange(x, range));
  return {
    sheet,
    numDrawn: isThinned ? numValues(sheet.columns.slice(2 * bands.length)) : sum(inRange),
    numPoints: sum(lines.map(({ numPoints }, index) => numPoints ?? (inRange[index] as number))),
  };
}

/** The points in a range and one on each side, so that lines reach the edges; what cannot be drawn is a gap. */
function cut({ x, y }: Column, [from, to]: readonly [number, number], above: number): Column {
  const first = Math.max(0, lowerBound(x, from) - 1);
  const end = lowerBound(x, to) + 1;
  const drawn = y
    .slice(first, end)
    .map((value) => (value !== null && value > above && value < Number.POSITIVE_INFINITY ? value : null));
  return { x: x.slice(first, end), y: drawn };
}

function numInRange(x: readonly number[], [from, to]: readonly [number, number]): number {
  const end = lowerBound(x, to);
  return end + (x[end] === to ? 1 : 0) - lowerBound(x, from);
}

function numValues(columns: Sheet["columns"]): number {
  let number = 0;
  for (const column of columns) for (const value of column) if (typeof value === "number") number += 1;
  return number;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
