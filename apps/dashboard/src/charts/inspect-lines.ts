import type { ChartLine } from "./chart-props.js";

interface Findings {
  numNotFinite: number;
  min: number;
}

/** Arrays of values never change, so each is looked through once. */
const found = new WeakMap<ChartLine["y"], Findings>();

/** How many values cannot be drawn, being NaN or infinite, and whether all others are above 0. */
export function inspectLines(lines: readonly ChartLine[]): { numNotFinite: number; isPositive: boolean } {
  let [numNotFinite, min] = [0, Number.POSITIVE_INFINITY];
  for (const { y } of lines) {
    const findings = found.get(y) ?? inspect(y);
    found.set(y, findings);
    numNotFinite += findings.numNotFinite;
    min = Math.min(min, findings.min);
  }
  return { numNotFinite, isPositive: min > 0 && min < Number.POSITIVE_INFINITY };
}

function inspect(y: ChartLine["y"]): Findings {
  let [numNotFinite, min] = [0, Number.POSITIVE_INFINITY];
  for (const value of y) {
    if (value === null) continue;
    if (value - value !== 0) numNotFinite += 1;
    else if (value < min) min = value;
  }
  return { numNotFinite, min };
}
