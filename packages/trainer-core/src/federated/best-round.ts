/** A round's metrics on validation data. */
export interface EvaluatedRound {
  /** Counted from 1. */
  readonly round: number;
  readonly val: Readonly<Record<string, number>>;
  readonly test: Readonly<Record<string, number>>;
}

/**
 * The better of two rounds, by validation data alone: the larger AUROC, or accuracy where there is none. Test data
 * takes no part, or its metrics would no longer tell how the model does on images it was not chosen for.
 */
export function betterRound(best: EvaluatedRound | undefined, next: EvaluatedRound): EvaluatedRound {
  return best === undefined || score(next) > score(best) ? next : best;
}

function score({ val }: EvaluatedRound): number {
  const value = val.auroc ?? val.accuracy ?? Number.NaN;
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
