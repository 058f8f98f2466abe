import { type Column, lowerBound } from "./sheet.js";

/** The x that is pointed at, and each line's value there; undefined where a line has no point close to it. */
export interface Readout {
  x: number;
  values: (number | null | undefined)[];
}

/** What lines have where one points: at the point's x that is closest to it, and `near` around that. */
export function readOut(lines: readonly Column[], at: number, near: number): Readout | undefined {
  let x: number | undefined;
  for (const line of lines) {
    const index = nearest(line.x, at);
    const own = line.x[index];
    if (own !== undefined && (x === undefined || Math.abs(own - at) < Math.abs(x - at))) x = own;
  }
  if (x === undefined) return undefined;
  const values = lines.map((line) => {
    const index = nearest(line.x, x);
    return Math.abs((line.x[index] ?? Number.NaN) - x) <= near ? line.y[index] : undefined;
  });
  return { x, values };
}

/** The x of the point so many points further; the last one where there are no more. */
export function stepFrom(lines: readonly Column[], from: number, by: number): number {
  let at = from;
  for (let step = 0; step < Math.abs(by); step += 1) {
    let next: number | undefined;
    for (const { x } of lines) {
      const index = by > 0 ? after(x, at) : lowerBound(x, at) - 1;
      const own = x[index];
      if (own !== undefined && (next === undefined || (by > 0 ? own < next : own > next))) next = own;
    }
    if (next === undefined) break;
    at = next;
  }
  return at;
}

function after(x: readonly number[], value: number): number {
  let index = lowerBound(x, value);
  while (x[index] === value) index += 1;
  return index;
}

function nearest(x: readonly number[], value: number): number {
  const index = lowerBound(x, value);
  const [before, own] = [x[index - 1], x[index]];
  return before !== undefined && (own === undefined || value - before < own - value) ? index - 1 : index;
}
