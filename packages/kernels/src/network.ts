/** Pairs (a, b), flat: row a takes the smaller, row b the larger of the two. */
export type SortingNetwork = Uint32Array;

/** Rows of a group that a kernel sorts in registers. */
export const GROUP = 8;

/** Batcher's odd-even merge sort (1968) for any number of rows, from runs of `firstRun` sorted rows on. */
export function sortingNetwork(numRows: number, firstRun = 1): SortingNetwork {
  const pairs: number[] = [];
  for (let run = firstRun; run < numRows; run *= 2) {
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

/** A network in two parts: full groups of 8 rows are sorted first, then the exchanges. */
export interface GroupedNetwork {
  /** Rows from 0 on that lie in full groups. */
  readonly grouped: number;
  readonly exchanges: SortingNetwork;
}

/** The sorting network, with its first exchanges as sorted groups. */
export function groupedSortingNetwork(numRows: number): GroupedNetwork {
  const grouped = numRows - (numRows % GROUP);
  // Fewer than 8 rows are left over: what sorts them alone is what the whole network begins with there.
  const rest = sortingNetwork(numRows - grouped).map((row) => row + grouped);
  return { grouped, exchanges: Uint32Array.of(...rest, ...sortingNetwork(numRows, GROUP)) };
}

/**
 * The part of the sorting network that brings the values of ranks `first` to `last` to these rows, in any order among
 * themselves: an exchange is left out when nothing later depends on it and both its rows are wanted, or neither is.
 */
export function selectionNetwork(numRows: number, first: number, last: number): GroupedNetwork {
  const { grouped, exchanges } = groupedSortingNetwork(numRows);
  const needed = new Uint8Array(numRows);
  const kept: number[] = [];
  for (let i = exchanges.length - 2; i >= 0; i -= 2) {
    const a = exchanges[i] as number;
    const b = exchanges[i + 1] as number;
    const alike = (a >= first && a <= last) === (b >= first && b <= last);
    if (alike && !needed[a] && !needed[b]) continue;
    needed[a] = 1;
    needed[b] = 1;
    kept.push(b, a);
  }
  return { grouped, exchanges: Uint32Array.from(kept.reverse()) };
}
