/**
 * A set of whole numbers as inclusive ranges `[first, last]`, rising and apart from each other: which events of a
 * source were seen, in memory that does not grow with their number.
 */
export type SeqRanges = readonly (readonly [first: number, last: number])[];

/** Most ranges kept; above it the lowest gap is taken as seen, so that memory stays bounded. */
const MAX_RANGES = 512;

export function hasSeq(ranges: SeqRanges, seq: number): boolean {
  return ranges.some(([first, last]) => first <= seq && seq <= last);
}

/** The set with `seq` in it; the same object when it was in it before. */
export function addSeq(ranges: SeqRanges, seq: number): SeqRanges {
  const newest = ranges.at(-1);
  // The common case: events come in order and without gaps.
  if (newest && seq === newest[1] + 1) return [...ranges.slice(0, -1), [newest[0], seq]];
  if (hasSeq(ranges, seq)) return ranges;
  const below = ranges.filter(([, last]) => last < seq - 1);
  const above = ranges.filter(([first]) => first > seq + 1);
  const touching = ranges.slice(below.length, ranges.length - above.length);
  const first = Math.min(seq, touching[0]?.[0] ?? seq);
  const last = Math.max(seq, touching.at(-1)?.[1] ?? seq);
  const merged: SeqRanges = [...below, [first, last], ...above];
  const [lowest, second, ...rest] = merged;
  return merged.length > MAX_RANGES && lowest && second ? [[lowest[0], second[1]], ...rest] : merged;
}
