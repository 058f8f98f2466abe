/** Most runs that can be chosen at a time: the address holds them. */
export const MAX_SELECTED = 100;

/** Chosen runs with one more or one less. */
export function toggled(selected: readonly string[], runId: string): string[] {
  if (selected.includes(runId)) return selected.filter((id) => id !== runId);
  return [...selected, runId].slice(0, MAX_SELECTED);
}

/** Chosen runs with all between two rows, both of them included, in the order of the rows. */
export function withRange(
  selected: readonly string[],
  rows: readonly string[],
  { from, to }: { from: string | undefined; to: string },
): string[] {
  const [start, end] = [from === undefined ? -1 : rows.indexOf(from), rows.indexOf(to)];
  if (start === -1 || end === -1) return toggled(selected, to);
  const range = rows.slice(Math.min(start, end), Math.max(start, end) + 1);
  return [...new Set([...selected, ...range])].slice(0, MAX_SELECTED);
}

/** Chosen runs with all of these rows, or without them if all were chosen. */
export function withAll(selected: readonly string[], rows: readonly string[]): string[] {
  if (rows.every((id) => selected.includes(id))) return selected.filter((id) => !rows.includes(id));
  return [...new Set([...selected, ...rows])].slice(0, MAX_SELECTED);
}
