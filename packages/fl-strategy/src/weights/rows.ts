import type { RoundContext, WeighedUpdate } from "../strategy.js";
import type { Update } from "../update.js";
import type { WeightsLayout } from "./layout.js";
import { rangesOf } from "./ranges.js";

/** Updates side by side, without private tensors. */
export interface Rows {
  readonly values: readonly Float32Array[];
  /** What has to be subtracted to get differences; none if the rows are differences. */
  readonly origin: Float32Array | undefined;
}

/**
 * The updates as rows of one form: as they came if all have the same, which is exact and copies nothing, else as
 * differences from the global weights.
 */
export function rowsOf(items: readonly WeighedUpdate[], context: RoundContext): Rows {
  const { layout, globalWeights } = context;
  const allWeights = items.every(({ update }) => update.form === "weights");
  const values = items.map(({ update }) =>
    sharedElements(
      layout,
      allWeights || update.form === "delta" ? update.values : difference(update, globalWeights),
    ),
  );
  return { values, origin: allWeights ? sharedElements(layout, globalWeights) : undefined };
}

/** The updates as rows of differences. */
export function differenceRows(items: readonly WeighedUpdate[], context: RoundContext): Float32Array[] {
  return items.map(({ update }) =>
    sharedElements(
      context.layout,
      update.form === "delta" ? update.values : difference(update, context.globalWeights),
    ),
  );
}

/** Puts the result of a rule over rows back in its place: differences, 0 where tensors are private. */
export function expandRow(
  row: Float64Array | Float32Array,
  origin: Float32Array | undefined,
  layout: WeightsLayout,
): Float64Array {
  const delta = new Float64Array(layout.size);
  let at = 0;
  for (const { start, end } of rangesOf(layout, "shared")) {
    for (let i = start; i < end; i += 1) {
      delta[i] = (row[at] as number) - (origin ? (origin[at] as number) : 0);
      at += 1;
    }
  }
  return delta;
}

function difference({ values }: Update, globalWeights: Float32Array): Float32Array {
  return values.map((value, i) => value - (globalWeights[i] as number));
}

/** The elements that are aggregated, one after another; the vector itself if that is all. */
export function sharedElements(layout: WeightsLayout, values: Float32Array): Float32Array {
  const ranges = rangesOf(layout, "shared");
  const [first] = ranges;
  if (ranges.length === 1 && first?.start === 0 && first.end === layout.size) return values;
  const joined = new Float32Array(ranges.reduce((size, { start, end }) => size + end - start, 0));
  let at = 0;
  for (const { start, end } of ranges) {
    joined.set(values.subarray(start, end), at);
    at += end - start;
  }
  return joined;
}
