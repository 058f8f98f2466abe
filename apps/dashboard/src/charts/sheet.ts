/** Lines that share one rising x; a column is as long as `x`, undefined where its line has no point. */
export interface Sheet {
  x: readonly number[];
  columns: readonly (readonly (number | null | undefined)[])[];
}

/** Values over a rising x of their own. */
export interface Column {
  x: readonly number[];
  y: readonly (number | null)[];
}

/** First index whose x is at least `value`. */
export function lowerBound(x: readonly number[], value: number, from = 0): number {
  let [low, high] = [from, x.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Columns with the same x together, and where each column stood: they need no joining. */
export function groupByX(columns: readonly Column[]): { x: readonly number[]; places: number[] }[] {
  const groups: { x: readonly number[]; places: number[] }[] = [];
  columns.forEach(({ x }, place) => {
    const found = groups.find((group) => isSame(group.x, x));
    if (found) found.places.push(place);
    else groups.push({ x, places: [place] });
  });
  return groups;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  if (one === other) return true;
  if (one.length !== other.length || one[0] !== other[0] || one.at(-1) !== other.at(-1)) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return true;
}
