import type { HistoryLine } from "../api/system.js";
import type { Tail } from "./live-tail.js";

/** A line to draw with the highest value of each part of time; null where nothing was heard. */
export interface JoinedLine {
  x: number[];
  average: (number | null)[];
  max: (number | null)[];
}

export interface JoinOptions {
  /** What lies before is left out, in ms. */
  from: number;
  /** Points further apart than this have a gap between them, in ms. */
  gapMs: number;
}

/** What is stored, and behind it what came since. */
export function joinHistory(
  stored: HistoryLine["points"],
  tail: Tail,
  { from, gapMs }: JoinOptions,
): JoinedLine {
  const line: JoinedLine = { x: [], average: [], max: [] };
  const add = (x: number, average: number | null, max: number | null) => {
    line.x.push(x);
    line.average.push(average);
    line.max.push(max);
  };
  const addPoint = (x: number, average: number, max: number) => {
    const last = line.x.at(-1);
    if (x < from || (last !== undefined && x <= last)) return;
    if (last !== undefined && x - last > gapMs) add(last + 1, null, null);
    add(x, average, max);
  };
  for (const { timestamp, average, max } of stored) addPoint(Date.parse(timestamp), average, max);
  for (const { x, average, max } of tail) addPoint(x, average, max);
  return line;
}
