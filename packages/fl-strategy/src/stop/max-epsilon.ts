import { requireNumber } from "../require-option.js";
import type { RoundProgress, StopRule } from "./stop-rule.js";

/**
 * Keeps the privacy spent (epsilon) within a limit: stops before the round that would pass it if the report tells
 * `nextEpsilon`, else after the one that reached it. A privacy loss that is not known stops the run too.
 */
export function maxEpsilon({ epsilon: limit }: { readonly epsilon: number }): StopRule<null> {
  requireNumber("epsilon", limit, "a finite number > 0");
  return {
    name: "maxEpsilon",
    init: () => null,
    decide(report, state) {
      const reason = whyStop(report, limit);
      return reason === undefined ? { decision: "continue", state } : { decision: "stop", reason, state };
    },
  };
}

function whyStop({ epsilon, nextEpsilon }: RoundProgress, limit: number): string | undefined {
  if (typeof epsilon !== "number" || Number.isNaN(epsilon)) {
    return `epsilon is unknown, so that the limit ${limit} cannot be kept`;
  }
  if (epsilon >= limit) return `epsilon ${epsilon} has reached the limit ${limit}`;
  if (nextEpsilon === undefined) return undefined;
  if (typeof nextEpsilon !== "number" || Number.isNaN(nextEpsilon)) {
    return `epsilon after another round is unknown, so that the limit ${limit} cannot be kept`;
  }
  return nextEpsilon > limit
    ? `epsilon ${epsilon} would be ${nextEpsilon} after another round, limit ${limit}`
    : undefined;
}
