import type { TensorRole, WeightsLayout } from "./layout.js";

/** Elements from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Roles that are aggregated; `private` is not. */
export type SharedRole = Exclude<TensorRole, "private">;

const known = new WeakMap<WeightsLayout, Record<SharedRole | "shared", readonly Range[]>>();

/** Where the tensors of a role lie, neighbours joined; `shared` is all that is aggregated. */
export function rangesOf(layout: WeightsLayout, role: SharedRole | "shared"): readonly Range[] {
  let ranges = known.get(layout);
  if (!ranges) {
    ranges = {
      trainable: joined(layout, (found) => found === "trainable"),
      statistic: joined(layout, (found) => found === "statistic"),
      shared: joined(layout, (found) => found !== "private"),
    };
    known.set(layout, ranges);
  }
  return ranges[role];
}

function joined({ tensors }: WeightsLayout, wanted: (role: TensorRole) => boolean): readonly Range[] {
  const ranges: { start: number; end: number }[] = [];
  for (const { role, offset, size } of tensors) {
    if (!wanted(role)) continue;
    const last = ranges.at(-1);
    if (last?.end === offset) last.end = offset + size;
    else ranges.push({ start: offset, end: offset + size });
  }
  return ranges;
}
