import { MAX_ROUNDS } from "./bounds.js";
import type { RoundView } from "./run-view.js";

/** The rounds with one of them changed or put in its place. */
export function updateRound(
  rounds: readonly RoundView[],
  round: number,
  change: Partial<RoundView>,
): readonly RoundView[] {
  // Nearly always the last one, or one after it.
  const at = rounds.findLastIndex((entry) => entry.round <= round);
  const found = rounds[at];
  if (found?.round === round) return rounds.with(at, { ...found, ...change });
  const created: RoundView = { round, fit: {}, evaluation: {}, metrics: {}, ...change };
  return rounds.toSpliced(at + 1, 0, created).slice(-MAX_ROUNDS);
}
