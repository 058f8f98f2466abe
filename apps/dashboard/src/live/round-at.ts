import type { RoundView } from "./run-view.js";

/** The newest round that had begun at a time; undefined before the first. */
export function roundAt(rounds: readonly RoundView[], timestamp: string): number | undefined {
  return rounds.findLast(({ startedAt }) => startedAt !== undefined && startedAt < timestamp)?.round;
}
