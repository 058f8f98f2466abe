import type { RoundView } from "../../live/run-view.js";

export interface PrivacyOutlook {
  /** Rounds with what was spent after them. */
  x: readonly number[];
  spent: readonly number[];
  delta: number | undefined;
  /** What it would be after the last planned round, if each further round cost what the newest ones did. */
  expected: { round: number; epsilon: number } | undefined;
  /** Deviation of the noise and longest update, as the newest round had them. */
  noiseSigma: number | undefined;
  clipNorm: number | undefined;
}

/** Rounds by whose cost the next ones are judged. */
const WINDOW = 5;

/** The privacy budget of a run; undefined for one that keeps no account. */
export function privacyOutlook(
  rounds: readonly RoundView[],
  lastRound: number | undefined,
): PrivacyOutlook | undefined {
  const told = rounds.filter(({ about }) => about["privacy/epsilon"] !== undefined);
  const newest = told.at(-1);
  if (!newest) return undefined;
  const spent = told.map(({ about }) => about["privacy/epsilon"] as number);
  return {
    x: told.map(({ round }) => round),
    spent,
    delta: newest.about["privacy/delta"],
    expected: expectedAt(told, lastRound),
    noiseSigma: newest.about["hooks/central-privacy/noise_sigma"],
    clipNorm: newest.about["hooks/central-privacy/clip_norm"],
  };
}

function expectedAt(told: readonly RoundView[], lastRound: number | undefined): PrivacyOutlook["expected"] {
  const [first, last] = [told.at(-1 - WINDOW) ?? told[0], told.at(-1)];
  if (!first || !last || lastRound === undefined || last.round >= lastRound || first === last)
    return undefined;
  const [before, now] = [first.about["privacy/epsilon"] as number, last.about["privacy/epsilon"] as number];
  const epsilon = now + ((now - before) / (last.round - first.round)) * (lastRound - last.round);
  return Number.isFinite(epsilon) ? { round: lastRound, epsilon } : undefined;
}
