import { cellState } from "./cell-state.js";
import type { CellColumn } from "./cell-store.js";

/** Steps between the shortest and the longest training time. */
export const NUM_SHADES = 8;
/** What is drawn: a state by its number, or, from here on, a round that went well by its shade. */
export const FIRST_SHADE = 9;
export const NUM_LOOKS = FIRST_SHADE + NUM_SHADES;

/** How rounds are spread over pixels. */
export interface PixelRounds {
  /** Index of the round at the left edge of each pixel, and at the right edge of the last. */
  starts: Int32Array;
  numPixels: number;
}

/** Index of a round for each pixel: `start` at the first one, `perPixel` rounds further at each next one. */
export function roundsOfPixels(start: number, perPixel: number, numPixels: number): PixelRounds {
  const starts = new Int32Array(numPixels + 1);
  // A little more, since sums of fractions may fall short of the next round.
  for (let x = 0; x <= numPixels; x += 1) starts[x] = Math.floor(start + x * perPixel + 1e-6);
  return { starts, numPixels };
}

/**
 * What each pixel of a lane shows: the worst of its rounds, so that a client that was refused once is not lost among a
 * hundred rounds that went well, and among these the longest.
 */
export function looksOfLane(
  lane: number,
  { starts, numPixels }: PixelRounds,
  into: { columns: readonly (CellColumn | undefined)[]; longestMs: number; looks: Uint8Array },
): void {
  const { columns, longestMs, looks } = into;
  for (let x = 0; x < numPixels; x += 1) {
    const start = starts[x] as number;
    const end = Math.max(start + 1, starts[x + 1] as number);
    if (x > 0 && end === start + 1 && starts[x - 1] === start) {
      looks[x] = looks[x - 1] as number;
      continue;
    }
    let state: number = start < columns.length ? cellState.unknown : cellState.absent;
    let longest = 0;
    for (let at = start; at < end && at < columns.length; at += 1) {
      const column = columns[at];
      if (!column) continue;
      // Lanes that were added later had no part in the round.
      const of = column.states[lane] ?? cellState.absent;
      if (of > state) state = of;
      if (of === cellState.ok) longest = Math.max(longest, column.values[lane] as number);
    }
    looks[x] = state === cellState.ok ? FIRST_SHADE + shadeOf(longest, longestMs) : state;
  }
}

/** Which shade a training time has. */
export function shadeOf(durationMs: number, longestMs: number): number {
  const share = longestMs > 0 ? Math.min(1, durationMs / longestMs) : 0;
  return Math.round(share * (NUM_SHADES - 1));
}
