import { type Column, lowerBound, type Sheet } from "./sheet.js";

export interface ThinOptions {
  /** What is drawn of x. */
  range: readonly [number, number];
  /** How many parts the range is cut into: the chart's width in px. */
  parts: number;
  /** Values must be greater: 0 on a logarithmic scale. */
  above: number;
}

const PER_PART = 3;

/**
 * Columns thinned to a few values in each part of the range, by which no peak is lost: the smallest, the largest and the
 * last. They are put side by side within their part, all columns over the same x, none more than a part from its place.
 */
export function thinColumns(columns: readonly Column[], { range, parts, above }: ThinOptions): Sheet {
  const [from, to] = range;
  const width = (to - from) / parts;
  const x = [from];
  for (let row = 0; row < parts * PER_PART; row += 1) x.push(from + ((row + 0.5) / PER_PART) * width);
  x.push(to);
  const known = new Map<Column["x"], Int32Array>();
  const thinned = columns.map((column) => {
    const starts = known.get(column.x) ?? startsOf(column.x, range, parts);
    known.set(column.x, starts);
    return [valueAt(column, from), ...extremes(column.y, starts, above), valueAt(column, to)];
  });
  return { x, columns: thinned };
}

/** First index of each part, and the one after the last part. */
function startsOf(x: readonly number[], [from, to]: readonly [number, number], parts: number): Int32Array {
  const starts = new Int32Array(parts + 1);
  let at = 0;
  for (let part = 0; part < parts; part += 1) {
    at = lowerBound(x, from + ((to - from) * part) / parts, at);
    starts[part] = at;
  }
  const end = lowerBound(x, to, at);
  starts[parts] = x[end] === to ? end + 1 : end;
  return starts;
}

function extremes(y: Column["y"], starts: Int32Array, above: number): (number | null | undefined)[] {
  const values: (number | null | undefined)[] = new Array((starts.length - 1) * PER_PART).fill(undefined);
  for (let part = 0; part + 1 < starts.length; part += 1) {
    const [start, end] = [starts[part] as number, starts[part + 1] as number];
    if (start === end) continue;
    let [low, high, lowAt, highAt, last] = [Number.POSITIVE_INFINITY, above, -1, -1, -1];
    for (let i = start; i < end; i += 1) {
      const value = y[i] as number | null;
      if (value === null || !(value > above) || value === Number.POSITIVE_INFINITY) continue;
      last = i;
      if (value < low) {
        low = value;
        lowAt = i;
      }
      if (value > high) {
        high = value;
        highAt = i;
      }
    }
    const row = part * PER_PART;
    if (last < 0) values[row] = null;
    else {
      values[row] = lowAt < highAt ? low : high;
      if (lowAt !== highAt) values[row + 1] = lowAt < highAt ? high : low;
      if (last !== lowAt && last !== highAt) values[row + 2] = y[last];
    }
  }
  return values;
}

/** Where the line between two points crosses an edge, so that it reaches it. */
function valueAt({ x, y }: Column, edge: number): number | undefined {
  const after = lowerBound(x, edge);
  const [low, high] = [y[after - 1], y[after]];
  if (typeof low !== "number" || typeof high !== "number" || x[after] === edge) return undefined;
  const share = (edge - (x[after - 1] as number)) / ((x[after] as number) - (x[after - 1] as number));
  const value = low + (high - low) * share;
  return Number.isFinite(value) ? value : undefined;
}
