import type { ChartX } from "./chart-props.js";

/** Smallest and largest x of what is drawn, with room for what is still to come. */
export function wholeRange(
  xs: readonly (readonly number[])[],
  { kind, lastX }: { kind: ChartX; lastX: number | undefined },
): [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, lastX ?? Number.NEGATIVE_INFINITY];
  for (const x of xs) {
    if (x.length === 0) continue;
    min = Math.min(min, x[0] as number);
    max = Math.max(max, x[x.length - 1] as number);
  }
  if (kind === "round" || kind === "epoch") {
    const first = Number.isFinite(min) ? min : 1;
    return [first - 0.25, Math.max(first + 1, max) + 0.25];
  }
  if (!Number.isFinite(min)) min = kind === "time" && Number.isFinite(max) ? max - 60_000 : 0;
  if (!(max > min)) max = min + (kind === "time" ? 60_000 : 1);
  return [min, max];
}

export interface YOptions {
  isShare?: boolean | undefined;
  /** Bounds that are known. */
  yRange?: readonly [number, number] | undefined;
  isLog: boolean;
}

/** Smallest and largest y that the chart has room for. */
export function yBounds(
  min: number | null,
  max: number | null,
  { isShare = false, yRange, isLog }: YOptions,
): [number, number] {
  if (yRange) return [yRange[0], yRange[1]];
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) {
    return isLog ? [0.1, 1] : [0, 1];
  }
  if (isLog) return [min / 1.15, max * 1.15];
  const room = (max - min) * 0.08 || Math.abs(max) * 0.1 || 1;
  const [low, high] = [min - room, max + room];
  return [min >= 0 ? Math.max(0, low) : low, isShare ? Math.min(1, high) : high];
}

/** A part of the whole range, `factor` times as wide around one x; undefined for all of it. */
export function zoomed(
  [from, to]: readonly [number, number],
  { around, factor, whole }: { around: number; factor: number; whole: readonly [number, number] },
): [number, number] | undefined {
  const width = (to - from) * factor;
  if (width >= whole[1] - whole[0]) return undefined;
  const share = (Math.min(Math.max(around, from), to) - from) / (to - from || 1);
  const start = Math.min(Math.max(whole[0], around - width * share), whole[1] - width);
  return [start, start + width];
}
