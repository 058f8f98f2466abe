import {
  GROUP,
  type GroupedNetwork,
  groupedSortingNetwork,
  selectionNetwork,
  sortingNetwork,
} from "../network.js";
import { blockWidth, requireInteger, requireRows } from "../row-blocks.js";

/** The twin of the row kernels: sums in the same order, so that results are equal to the last bit. */
export const plainRows = {
  squaredDistances(rows: readonly Float32Array[]): Float64Array {
    const size = requireRows(rows);
    const n = rows.length;
    const width = blockWidth(n);
    const result = new Float64Array(n * n);
    for (let start = 0; start < size; start += width) {
      const end = Math.min(start + width, size);
      for (let i = 0; i < n; i += 1) {
        for (let j = i + 1; j < n; j += 1) {
          const added = squaredDistance(rows[i] as Float32Array, rows[j] as Float32Array, [start, end]);
          result[i * n + j] = (result[i * n + j] as number) + added;
        }
      }
    }
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < i; j += 1) result[i * n + j] = result[j * n + i] as number;
    }
    return result;
  },

  columnMedian(rows: readonly Float32Array[]): Float64Array {
    const n = rows.length;
    return byColumn(rows, selectionNetwork(n, (n - 1) >> 1, n >> 1), middle);
  },

  columnTrimmedMean(rows: readonly Float32Array[], cut: number): Float64Array {
    requireInteger("cut", cut, [0, (rows.length - 1) >> 1]);
    const n = rows.length;
    return byColumn(rows, selectionNetwork(n, cut, n - 1 - cut), (sorted) => meanOf(sorted, cut, n - cut));
  },

  columnNearestMedianMean(rows: readonly Float32Array[], keep: number): Float64Array {
    requireInteger("keep", keep, [1, rows.length]);
    return byColumn(rows, groupedSortingNetwork(rows.length), (sorted) => {
      const center = middle(sorted);
      let first = 0;
      while (
        first + keep < sorted.length &&
        (sorted[first + keep] as number) - center < center - (sorted[first] as number)
      ) {
        first += 1;
      }
      return meanOf(sorted, first, first + keep);
    });
  },
};

function byColumn(
  rows: readonly Float32Array[],
  { grouped, exchanges }: GroupedNetwork,
  rule: (exchanged: Float32Array) => number,
): Float64Array {
  const size = requireRows(rows);
  const column = new Float32Array(rows.length);
  const result = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    for (let row = 0; row < rows.length; row += 1) column[row] = (rows[row] as Float32Array)[i] as number;
    for (let start = 0; start < grouped; start += GROUP)
      exchange(column.subarray(start, start + GROUP), eight);
    exchange(column, exchanges);
    result[i] = rule(column);
  }
  return result;
}

const eight = sortingNetwork(GROUP);

function exchange(column: Float32Array, network: Uint32Array): void {
  for (let i = 0; i < network.length; i += 2) {
    const a = network[i] as number;
    const b = network[i + 1] as number;
    const x = column[a] as number;
    const y = column[b] as number;
    if (y < x) {
      column[a] = y;
      column[b] = x;
    }
  }
}

function middle(sorted: Float32Array): number {
  const n = sorted.length;
  // Adding 0 turns -0 into 0, so that the order of zeros does not show.
  return ((sorted[(n - 1) >> 1] as number) + (sorted[n >> 1] as number)) * 0.5 + 0;
}

function meanOf(sorted: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let rank = from; rank < to; rank += 1) sum += sorted[rank] as number;
  return sum / (to - from);
}

/** Elements of even and of odd index are summed apart, as the two lanes of the SIMD kernel do. */
function squaredDistance(a: Float32Array, b: Float32Array, [start, end]: readonly [number, number]): number {
  let even = 0;
  let odd = 0;
  for (let i = start; i < end; i += 2) {
    const first = Math.fround((a[i] as number) - (b[i] as number));
    even += first * first;
    if (i + 1 === end) break;
    const second = Math.fround((a[i + 1] as number) - (b[i + 1] as number));
    odd += second * second;
  }
  return even + odd;
}
