/**
 * Exponential moving mean: of each value the share `weight` is the mean before it. The first values are not drawn
 * towards zero. Gaps and what is not finite stay as they are and change nothing.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let mean = 0;
  let total = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value) || weight === 0) return value;
    mean = weight * mean + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return mean / total;
  });
}
