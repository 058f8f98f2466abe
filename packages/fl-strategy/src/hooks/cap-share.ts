import type { Description } from "../description.js";
import type { AggregateHook } from "../hooks.js";
import { requireKnownOptions, requireNumber } from "../require-option.js";
import type { AggregateContext } from "../strategy.js";

export interface CapShareOptions {
  /** Largest share of the round's samples that one client may count for, in (0, 1]. */
  readonly maxShare: number;
}

export const capShareDescription: Description<CapShareOptions> = {
  title: "Cap a client's share",
  about:
    "Lets no client count for more than a share of the round's samples. Take it with strategies that weigh by samples when one client has most of them.",
  options: {
    maxShare: {
      kind: "number",
      about: "Largest share of one client. A round with fewer clients than 1 / share changes nothing.",
      isRequired: true,
      min: 0,
      isAboveMin: true,
      max: 1,
    },
  },
};

type Picked = Pick<AggregateContext, "clients" | "picks">;

/**
 * Lets no client count for more than `maxShare` of the samples: a sample count above the round's cap is replaced by it.
 * The cap follows from the counts that the picked clients declared before the round, so that it does not depend on who
 * answers, or when; it also bounds a client that claims more than it declared. Counters: `capped` updates, and
 * `over_share`: clients above the share after all, because others did not answer or claimed less than they declared.
 *
 * With fewer than 1 / maxShare clients the round is refused. Equal counts would be the nearest thing, but above the
 * share that was asked for, and somebody relies on that one.
 * @throws StrategyError `invalid_option` for a share outside (0, 1].
 */
export function capShare(options: CapShareOptions): AggregateHook<null> {
  requireKnownOptions("cap-share", options, ["maxShare"]);
  const maxShare = requireNumber("maxShare", options.maxShare, "a number in (0, 1]");
  const caps = new WeakMap<readonly string[], number>();

  function capOf(round: Picked): number {
    let cap = caps.get(round.picks);
    if (cap === undefined) {
      cap = shareCap(declaredCounts(round), maxShare);
      caps.set(round.picks, cap);
    }
    return cap;
  }

  return {
    name: "cap-share",
    onThrow: "skip-round",
    init: () => null,
    beforeUpdate(update, { round }) {
      const cap = capOf(round);
      if (cap === 0 || !(update.numSamples > cap)) return undefined;
      return { replace: { ...update, numSamples: cap }, counters: { capped: 1 } };
    },
    beforeAggregate({ round }) {
      if (capOf(round) === 0) {
        const numPicks = declaredCounts(round).length;
        const message = `picked clients with samples: expected at least 1 / maxShare = ${1 / maxShare}, got ${numPicks}`;
        return { refuse: { code: "too_few_for_share", message } };
      }
      const counts = round.updates.map(({ numSamples }) => numSamples);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const over = counts.filter((count) => isAbove(count, maxShare * total)).length;
      return { counters: { over_share: over } };
    },
  };
}

/**
 * The largest integer c <= max n_i with min(n_i, c) <= maxShare * sum_j min(n_j, c) for every i, or 0 if there is none:
 * with fewer than 1 / maxShare counts.
 *
 * c less its share of the sum is convex in c and 0 at 0, so that all c up to the largest satisfy it: bisection finds it.
 * @param counts integers >= 1.
 */
export function shareCap(counts: readonly number[], maxShare: number): number {
  const holds = (cap: number) =>
    !isAbove(cap, maxShare * counts.reduce((sum, count) => sum + Math.min(count, cap), 0));
  let held = 0;
  let failed = counts.reduce((largest, count) => Math.max(largest, count), 0) + 1;
  while (failed - held > 1) {
    const cap = held + Math.floor((failed - held) / 2);
    if (holds(cap)) held = cap;
    else failed = cap;
  }
  return held;
}

/** Rounding must not make 1/3 of three equal counts too much. */
function isAbove(count: number, bound: number): boolean {
  return count > bound * (1 + 1e-12);
}

/** A count that is no integer >= 1 is none: its client would be refused. */
function declaredCounts({ clients, picks }: Picked): number[] {
  const picked = new Set(picks);
  return clients
    .filter(
      ({ clientId, numSamples }) =>
        picked.has(clientId) && Number.isSafeInteger(numSamples) && numSamples >= 1,
    )
    .map(({ numSamples }) => numSamples);
}
