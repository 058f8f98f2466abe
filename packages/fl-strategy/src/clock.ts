// `performance` is a global of Node and of browsers alike, but not of the ECMAScript library types.
declare const performance: { now(): number };

/** Milliseconds of a clock that never goes back. */
export function monotonicNow(): number {
  return performance.now();
}
