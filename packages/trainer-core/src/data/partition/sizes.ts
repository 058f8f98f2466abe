import { portableExp, type RandomStream } from "@fedloom/fl-strategy";

/** Shares in proportion to the exponentials of `logs`: the largest first of all, so that they are never all 0. */
export function sharesOf(logs: readonly number[]): number[] {
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const shares = logs.map((value) => portableExp(value - largest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Shares drawn from a Dirichlet distribution: gamma variates over their sum. */
export function drawShares(concentrations: readonly number[], random: RandomStream): number[] {
  return sharesOf(concentrations.map((concentration) => random.logGamma(concentration)));
}

/** Where to cut `length` items so that the parts have the given shares: one cut more than shares. */
export function cutsOf(shares: readonly number[], length: number): number[] {
  const cuts = [0];
  let sum = 0;
  for (const share of shares) {
    sum += share;
    cuts.push(Math.min(length, Math.floor(sum * length + 1e-9)));
  }
  cuts[cuts.length - 1] = length;
  return cuts;
}

/** Whole numbers in the given proportions that add up to `total`: what rounding down leaves goes to the largest rests. */
export function largestRemainder(shares: readonly number[], total: number): number[] {
  const sizes = shares.map((share) => Math.floor(share * total));
  const missing = total - sizes.reduce((sum, size) => sum + size, 0);
  const rests = shares.map((share, index) => ({ index, rest: share * total - (sizes[index] as number) }));
  rests.sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of rests.slice(0, missing)) sizes[index] = (sizes[index] as number) + 1;
  return sizes;
}

/** The i-th of `numParts` equal parts of `length` items begins here; sizes differ by one at most. */
export function equalCut(i: number, numParts: number, length: number): number {
  return Math.floor((i * length) / numParts);
}

/** 0, 1, … in an order drawn at random. */
export function shuffledIndices(length: number, random: RandomStream): Uint32Array {
  return random.shuffle(Uint32Array.from({ length }, (_, index) => index));
}

/** Consecutive parts of `indices`. */
export function cutIntoSizes(indices: Uint32Array, sizes: readonly number[]): Uint32Array[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return indices.slice(start - size, start);
  });
}

/** The indices of each class that occurs, classes in ascending order. */
export function indicesByClass(labels: Uint8Array): Uint32Array[] {
  const byClass = new Map<number, number[]>();
  for (const [index, label] of labels.entries()) {
    const ofClass = byClass.get(label);
    if (ofClass) ofClass.push(index);
    else byClass.set(label, [index]);
  }
  return [...byClass.keys()].sort((a, b) => a - b).map((label) => Uint32Array.from(byClass.get(label) ?? []));
}
