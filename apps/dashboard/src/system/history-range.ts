const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far back charts go. */
export const ranges = [
  { value: "15m", label: "15 min", spanMs: 15 * MINUTE_MS },
  { value: "1h", label: "1 h", spanMs: HOUR_MS },
  { value: "6h", label: "6 h", spanMs: 6 * HOUR_MS },
  { value: "24h", label: "24 h", spanMs: 24 * HOUR_MS },
  { value: "7d", label: "7 d", spanMs: 7 * 24 * HOUR_MS },
] as const;
export type RangeName = (typeof ranges)[number]["value"];

/** Most points of a line: as many as a chart has room for. */
export const HISTORY_POINTS = 300;
/** How often machines say how they are, in ms. */
const SAMPLE_MS = 5_000;

/** The range that an address names; an hour where it names none. */
export function rangeOf(name: string | null) {
  return ranges.find(({ value }) => value === name) ?? ranges[1];
}

/** How wide a point of a line is that goes so far back, in ms. */
export function widthOf(spanMs: number): number {
  return Math.max(SAMPLE_MS, Math.ceil(spanMs / (HISTORY_POINTS - 1)));
}
