/** Pairs (a, b), flat: row a takes the smaller, row b the larger of the two. */
export type SortingNetwork = Uint32Array;

/** Batcher's odd-even merge sort (1968) for any number of rows. */
export function sortingNetwork(numRows: number): SortingNetwork {
  const pairs: number[] = [];
  for (let run = 1; run < numRows; run *= 2) {
    for (let step = run; step >= 1; step /= 2) {
      for (let start = step % run; start + step < numRows; start += 2 * step) {
        for (let a = start; a < start + step && a + step < numRows; a += 1) {
          // Only within the same merge of two runs.
          if (Math.floor(a / (2 * run)) === Math.floor((a + step) / (2 * run))) pairs.push(a, a + step);
        }
      }
    }
  }
  return Uint32Array.from(pairs);
}

/**
 * The part of the sorting network that brings the values of ranks `first` to `last` to these rows, in any order among
 * themselves: an exchange is left out when nothing later depends on it and both its rows are wanted, or neither is.
 */
export function selectionNetwork(numRows: number, first: number, last: number): SortingNetwork {
  const pairs = sortingNetwork(numRows);
  const needed = new Uint8Array(numRows);
  const kept: number[] = [];
  for (let i = pairs.length - 2; i >= 0; i -= 2) {
    const a = pairs[i] as number;
    const b = pairs[i + 1] as number;
    const alike = (a >= first && a <= last) === (b >= first && b <= last);
    if (alike && !needed[a] && !needed[b]) continue;
    needed[a] = 1;
    needed[b] = 1;
    kept.push(b, a);
  }
  return Uint32Array.from(kept.reverse());
}
