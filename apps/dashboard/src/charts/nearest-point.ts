import type uPlot from "uplot";

/** Between a cursor and a point that is still meant by it, in px. */
export const NEAR = 14;

/** The point of a line that the cursor means: its own at that x, or one so close that the eye takes it for that. */
export function nearestPoint(plot: uPlot, series: number, index: number): number | null {
  if (series === 0) return index;
  const [xs, ys] = [
    plot.data[0] as ArrayLike<number>,
    plot.data[series] as ArrayLike<number | null | undefined>,
  ];
  if (ys[index] !== undefined) return index;
  const at = plot.valToPos(xs[index] as number, "x");
  const isNear = (other: number) =>
    other >= 0 && other < xs.length && Math.abs(plot.valToPos(xs[other] as number, "x") - at) <= NEAR;
  for (let step = 1; isNear(index - step) || isNear(index + step); step += 1) {
    for (const other of [index - step, index + step]) {
      if (isNear(other) && ys[other] !== undefined) return other;
    }
  }
  return null;
}
