const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Wait before attempt `attempt` (from 1), in ms: exponential with full jitter, so that viewers spread out. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20));
}
