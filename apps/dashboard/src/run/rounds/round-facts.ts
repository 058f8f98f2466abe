import type { Metrics, RoundView } from "../../live/run-view.js";

/** The newest rounds of which storage is asked where this page has not heard them. */
export const MAX_ASKED = 2_000;

const STEP = 100;

export interface MissingFacts {
  from: number;
  to: number;
  names: string[];
}

/** What must be asked of storage: rounds that are over but of which the page knows nothing, and what rounds tell. */
export function missingFacts(rounds: readonly RoundView[]): MissingFacts | undefined {
  const missing = rounds.filter(
    ({ endedAt, about }) => endedAt !== undefined && about.learning_rate === undefined,
  );
  const [newest, oldest] = [missing.at(-1), missing[0]];
  if (!newest || !oldest) return undefined;
  // In steps, so that a run that never tells anything is not asked for it after each of its rounds.
  const to = Math.ceil(newest.round / STEP) * STEP;
  const names = new Set(["learning_rate"]);
  for (const { about } of rounds.slice(-10)) for (const name of Object.keys(about)) names.add(name);
  return { from: Math.max(oldest.round, to - MAX_ASKED + 1), to, names: [...names].sort() };
}

/** The rounds with what storage told of them; what the page heard itself wins. */
export function withFacts(
  rounds: readonly RoundView[],
  stored: ReadonlyMap<number, Metrics> | undefined,
): readonly RoundView[] {
  if (!stored || stored.size === 0) return rounds;
  return rounds.map((round) => {
    const told = stored.get(round.round);
    return told ? { ...round, about: { ...told, ...round.about } } : round;
  });
}

/** The round since which it is known what acted on rounds, where that is not the first one. */
export function firstTold(rounds: readonly RoundView[]): number | undefined {
  const at = rounds.findIndex(({ about }) => Object.keys(about).length > 0);
  return at > 0 ? rounds[at]?.round : undefined;
}
