/**
 * The members by their Krum score, least first, the lowest index first among equal ones. A score sums the
 * max(1, n - f - 2) smallest squared distances to other members, n being their number.
 */
export function krumOrder(squaredDistances: Float64Array, members: readonly number[], f: number): number[] {
  const size = Math.sqrt(squaredDistances.length);
  const neighbours = Math.max(1, members.length - f - 2);
  const scores = new Map<number, number>();
  for (const i of members) {
    const others = Float64Array.from(
      members.filter((j) => j !== i),
      (j) => squaredDistances[i * size + j] as number,
    ).sort();
    let score = 0;
    for (const distance of others.subarray(0, neighbours)) score += distance;
    scores.set(i, score);
  }
  return [...members].sort((a, b) => (scores.get(a) as number) - (scores.get(b) as number) || a - b);
}
