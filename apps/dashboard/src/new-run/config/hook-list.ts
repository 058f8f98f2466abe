/** A list without one of its entries. */
export function removed<Entry>(list: readonly Entry[], place: number): Entry[] {
  return list.filter((_, i) => i !== place);
}

/** A list in which one entry stands elsewhere; the same where there is no such place. */
export function moved<Entry>(list: readonly Entry[], from: number, to: number): readonly Entry[] {
  const entry = list[from];
  if (entry === undefined || to < 0 || to >= list.length) return list;
  const others = removed(list, from);
  return [...others.slice(0, to), entry, ...others.slice(to)];
}
