export interface ClassProbability {
  label: number;
  /** Null from a model that has diverged. */
  probability: number | null;
}

/** Classes with their probabilities: all in their order where they are few, else the most likely first. */
export function mostLikely(probabilities: readonly (number | null)[], most: number): ClassProbability[] {
  const all = probabilities.map((probability, label) => ({ label, probability }));
  if (all.length <= most) return all;
  return all.sort((a, b) => (b.probability ?? -1) - (a.probability ?? -1)).slice(0, most);
}
