import type { Description } from "../description.js";
import { StrategyError } from "../errors.js";
import type { AggregateHook } from "../hooks.js";
import { refuseOption, requireKnownOptions } from "../require-option.js";
import type { RoundContext } from "../strategy.js";
import type { Update } from "../update.js";
import { createLayout, type WeightsLayout } from "../weights/layout.js";
import { matchesPattern } from "../weights/matches-pattern.js";
import { type Range, rangesOf } from "../weights/ranges.js";

/** Patterns of whole tensor names, in which `*` stands for any characters, also none and also `/`. */
export interface FilterTensorsOptions {
  /** Tensors that are aggregated; default all. */
  readonly include?: readonly string[];
  /** Tensors that are not, even if `include` names them; default none. */
  readonly exclude?: readonly string[];
}

const patterns = { kind: "list", example: ["*/bias"] } as const;

export const filterTensorsDescription: Description<FilterTensorsOptions> = {
  title: "Leave tensors out",
  about:
    "Aggregates some of the model's tensors and leaves the others as they are. Needs patterns of tensors to include or to exclude, and has to come before added noise.",
  options: {
    include: {
      ...patterns,
      about: "Names of tensors that are aggregated, all when absent; * stands for any characters.",
    },
    exclude: {
      ...patterns,
      about: "Names of tensors that are left out, also if they are included; * stands for any characters.",
    },
  },
};

/**
 * Leaves tensors out of the aggregate for this run: their difference from the global weights becomes 0 in every update,
 * so that norms and distances of later hooks and of the strategy do not see them, and so do vectors beside the values.
 * Put it before them: what a later hook makes of the aggregate, such as noise, is taken off these tensors again.
 * @throws StrategyError `invalid_option` for options without patterns, and at the start of a run for a pattern that no
 * tensor matches, or if nothing would be left to aggregate.
 */
export function filterTensors(options: FilterTensorsOptions): AggregateHook<null> {
  requireKnownOptions("filter-tensors", options, ["include", "exclude"]);
  const include = requirePatterns("include", options.include) ?? ["*"];
  const exclude = requirePatterns("exclude", options.exclude) ?? [];
  if (options.include === undefined && options.exclude === undefined) {
    throw new StrategyError("invalid_option", "filter-tensors: expected include or exclude, got neither");
  }
  const known = new WeakMap<WeightsLayout, readonly Range[]>();

  function leftOut(layout: WeightsLayout): readonly Range[] {
    let ranges = known.get(layout);
    if (!ranges) {
      ranges = rangesLeftOut(layout, (name) => matchesAny(include, name) && !matchesAny(exclude, name));
      known.set(layout, ranges);
    }
    return ranges;
  }

  return {
    name: "filter-tensors",
    objectTo(_strategy, hooks) {
      const names = hooks.map((hook) => hook.name);
      const noise = names.indexOf("add-noise");
      return noise >= 0 && noise < names.indexOf("filter-tensors")
        ? "expected add-noise to come after it, because noise would move the tensors left out"
        : undefined;
    },
    init(layout) {
      requireMatches(layout, { include: options.include ?? [], exclude });
      const size = (ranges: readonly Range[]) => ranges.reduce((sum, { start, end }) => sum + end - start, 0);
      if (size(leftOut(layout)) === size(rangesOf(layout, "shared"))) {
        throw new StrategyError(
          "invalid_option",
          `filter-tensors: expected at least one tensor to aggregate, got none of ${namesOf(layout)}`,
        );
      }
      return null;
    },
    beforeUpdate(update, { round }) {
      const ranges = leftOut(round.layout);
      return ranges.length > 0 ? { replace: withoutRanges(update, ranges, round) } : undefined;
    },
    afterAggregate(delta, { round }) {
      const ranges = leftOut(round.layout);
      if (ranges.every(({ start, end }) => isZero(delta.subarray(start, end)))) return undefined;
      const replace = delta.slice();
      for (const { start, end } of ranges) replace.fill(0, start, end);
      return { replace };
    },
  };
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, name));
}

/** Where the shared tensors lie that are not wanted, neighbours joined. */
function rangesLeftOut(layout: WeightsLayout, wanted: (name: string) => boolean): readonly Range[] {
  // With the wanted ones private, what is shared is what is left out.
  const declarations = layout.tensors.map(({ name, shape, role }) => ({
    name,
    shape,
    role: wanted(name) ? ("private" as const) : role,
  }));
  return rangesOf(createLayout(declarations), "shared");
}

function withoutRanges(
  update: Update,
  ranges: readonly Range[],
  { layout, globalWeights }: Pick<RoundContext, "layout" | "globalWeights">,
): Update {
  const values = update.values.slice();
  for (const { start, end } of ranges) {
    if (update.form === "delta") values.fill(0, start, end);
    else values.set(globalWeights.subarray(start, end), start);
  }
  if (!update.vectors) return { ...update, values };
  const vectors = Object.entries(update.vectors).map(([name, vector]): [string, Float32Array] => {
    // One of another length is for the strategy to refuse.
    if (!(vector instanceof Float32Array) || vector.length !== layout.size) return [name, vector];
    const kept = vector.slice();
    for (const { start, end } of ranges) kept.fill(0, start, end);
    return [name, kept];
  });
  return { ...update, values, vectors: Object.fromEntries(vectors) };
}

function isZero(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i += 1) if (values[i] !== 0) return false;
  return true;
}

function requirePatterns(field: string, patterns: unknown): readonly string[] | undefined {
  if (patterns === undefined) return undefined;
  if (!Array.isArray(patterns)) return refuseOption(field, "a list of patterns", patterns);
  if (patterns.length === 0) {
    throw new StrategyError("invalid_option", `${field}: expected at least one pattern, got an empty list`);
  }
  const wrong = patterns.findIndex((pattern) => typeof pattern !== "string" || pattern === "");
  if (wrong >= 0) refuseOption(`${field}[${wrong}]`, "a non-empty pattern", patterns[wrong]);
  return [...patterns];
}

function requireMatches(layout: WeightsLayout, lists: Readonly<Record<string, readonly string[]>>): void {
  for (const [field, patterns] of Object.entries(lists)) {
    for (const [at, pattern] of patterns.entries()) {
      if (layout.tensors.some(({ name }) => matchesPattern(pattern, name))) continue;
      throw new StrategyError(
        "invalid_option",
        `${field}[${at}]: expected a pattern that matches one of ${namesOf(layout)}, got ${JSON.stringify(pattern)}`,
      );
    }
  }
}

function namesOf({ tensors }: WeightsLayout): string {
  return tensors.map(({ name }) => `"${name}"`).join(", ");
}
