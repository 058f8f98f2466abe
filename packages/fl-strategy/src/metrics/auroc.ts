import { StrategyError } from "../errors.js";
import { type RocPoint, rocCurve } from "./roc-curve.js";

/** A client's scores of the positive class, by true class, each in rising order. They tell much of its samples. */
export interface SortedScores {
  readonly positives: ArrayLike<number>;
  readonly negatives: ArrayLike<number>;
}

/**
 * Parts a client's scores by label and sorts them.
 * @throws StrategyError `invalid_option` for a NaN score, a label that is not 0 or 1, or different numbers of both.
 */
export function sortedScores(scores: ArrayLike<number>, labels: ArrayLike<number>): SortedScores {
  if (labels.length !== scores.length) {
    throw new StrategyError(
      "invalid_option",
      `labels: expected ${scores.length} of them, got ${labels.length}`,
    );
  }
  const lists: [number[], number[]] = [[], []];
  for (let i = 0; i < scores.length; i += 1) {
    const [score, label] = [scores[i] as number, labels[i] as number];
    if (Number.isNaN(score)) {
      throw new StrategyError("invalid_option", `scores[${i}]: expected a number, got NaN`);
    }
    if (label !== 0 && label !== 1) {
      throw new StrategyError("invalid_option", `labels[${i}]: expected 0 or 1, got ${label}`);
    }
    lists[label].push(score);
  }
  return { positives: Float64Array.from(lists[1]).sort(), negatives: Float64Array.from(lists[0]).sort() };
}

/**
 * Area under the ROC curve over the samples of all clients: the probability that a positive scores higher than a
 * negative, ties counted half (Hanley and McNeil, 1982). Exact. NaN without samples of both classes.
 */
export function exactAuroc(clients: readonly SortedScores[]): number {
  const { positives, negatives } = pool(clients);
  return pairsWon(positives, negatives) / (positives.length * negatives.length);
}

/** The exact ROC curve, with a point at each score that occurs; empty without samples of both classes. */
export function exactRocCurve(clients: readonly SortedScores[]): RocPoint[] {
  return rocCurve(groupsOf(pool(clients)));
}

type Pooled = { positives: Float64Array; negatives: Float64Array };

function pool(clients: readonly SortedScores[]): Pooled {
  return {
    positives: mergeAll(clients.map(({ positives }) => Float64Array.from(positives))),
    negatives: mergeAll(clients.map(({ negatives }) => Float64Array.from(negatives))),
  };
}

/** Merges lists two by two, so that each score is moved about log2 of the number of lists times. */
function mergeAll(lists: Float64Array[]): Float64Array {
  if (lists.length <= 1) return lists[0] ?? new Float64Array();
  const middle = lists.length >> 1;
  return mergeTwo(mergeAll(lists.slice(0, middle)), mergeAll(lists.slice(middle)));
}

function mergeTwo(a: Float64Array, b: Float64Array): Float64Array {
  const merged = new Float64Array(a.length + b.length);
  let [i, j] = [0, 0];
  for (let k = 0; k < merged.length; k += 1) {
    if (j === b.length || (i < a.length && (a[i] as number) <= (b[j] as number))) {
      merged[k] = a[i] as number;
      i += 1;
    } else {
      merged[k] = b[j] as number;
      j += 1;
    }
  }
  return merged;
}

/** Pairs in which the positive is above the negative, ties counted half. */
function pairsWon(positives: Float64Array, negatives: Float64Array): number {
  let [won, below, upTo] = [0, 0, 0];
  for (let i = 0; i < positives.length; i += 1) {
    const score = positives[i] as number;
    while (below < negatives.length && (negatives[below] as number) < score) below += 1;
    upTo = Math.max(upTo, below);
    while (upTo < negatives.length && (negatives[upTo] as number) <= score) upTo += 1;
    won += (below + upTo) / 2;
  }
  return won;
}

function* groupsOf({ positives, negatives }: Pooled) {
  let [p, n] = [positives.length, negatives.length];
  while (p > 0 || n > 0) {
    const threshold = Math.max(positives[p - 1] ?? -Infinity, negatives[n - 1] ?? -Infinity);
    const [pBefore, nBefore] = [p, n];
    while (p > 0 && positives[p - 1] === threshold) p -= 1;
    while (n > 0 && negatives[n - 1] === threshold) n -= 1;
    yield { threshold, numPositives: pBefore - p, numNegatives: nBefore - n };
  }
}
