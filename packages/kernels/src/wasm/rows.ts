import { type GroupedNetwork, groupedSortingNetwork, selectionNetwork } from "../network.js";
import { blockWidth, requireInteger, requireRows } from "../row-blocks.js";
import type { VectorKernelExports } from "./instance.js";
import type { KernelMemory } from "./memory.js";

/** Rules that see all rows side by side, block of columns by block of columns. */
export function createRowKernels(code: VectorKernelExports, memory: KernelMemory) {
  /** Copies the columns from `start` of all rows to `address`, each row padded with zeros to a multiple of 32. */
  function copyBlock(rows: readonly Float32Array[], start: number, address: number): number {
    const count = Math.min(blockWidth(rows.length), (rows[0] as Float32Array).length - start);
    const width = (count + 31) & ~31;
    const target = memory.float32;
    let at = address / 4;
    for (const row of rows) {
      target.set(row.subarray(start, start + count), at);
      if (width > count) target.fill(0, at + count, at + width);
      at += width;
    }
    return width;
  }

  /** Runs one order statistic over all columns, after a network has exchanged their rows. */
  function byColumn(
    rows: readonly Float32Array[],
    { grouped, exchanges }: GroupedNetwork,
    run: (
      out: number,
      block: number,
      width: number,
      network: readonly [number, number, number, number],
    ) => void,
  ): Float64Array {
    const size = requireRows(rows);
    const numRows = rows.length;
    const held = rows.map(memory.hold);
    const width = blockWidth(numRows);
    const blocks = [
      memory.allocate(width * 8),
      memory.allocate(width * 4 * numRows),
      memory.allocate(128 * numRows),
      memory.allocate(Math.max(exchanges.length, 1) * 4),
    ] as const;
    const [out, block, lanes, network] = blocks;
    // The kernel reads addresses: a row of its work space has 32 columns of 4 bytes.
    memory.uint32.set(
      exchanges.map((row) => lanes + row * 128),
      network / 4,
    );
    const current = held.map((row) => row());
    const result = new Float64Array(size);
    for (let start = 0; start < size; start += width) {
      run(out, block, copyBlock(current, start, block), [lanes, network, grouped, exchanges.length / 2]);
      const count = Math.min(width, size - start);
      result.set(memory.float64.subarray(out / 8, out / 8 + count), start);
    }
    for (const address of blocks) memory.release(address);
    return result;
  }

  return {
    squaredDistances(rows: readonly Float32Array[]): Float64Array {
      const size = requireRows(rows);
      const n = rows.length;
      const held = rows.map(memory.hold);
      const width = blockWidth(n);
      const distances = memory.allocate(n * n * 8);
      const block = memory.allocate(width * 4 * n);
      const current = held.map((row) => row());
      for (let start = 0; start < size; start += width) {
        code.addSquaredDistances(distances, block, n, copyBlock(current, start, block));
      }
      const result = memory.float64.slice(distances / 8, distances / 8 + n * n);
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < i; j += 1) result[i * n + j] = result[j * n + i] as number;
      }
      memory.release(distances);
      memory.release(block);
      return result;
    },

    columnMedian(rows: readonly Float32Array[]): Float64Array {
      const n = rows.length;
      return byColumn(
        rows,
        selectionNetwork(n, (n - 1) >> 1, n >> 1),
        (out, block, width, [lanes, network, grouped, count]) =>
          code.median(out, block, n, width, lanes, network, grouped, count),
      );
    },

    columnTrimmedMean(rows: readonly Float32Array[], cut: number): Float64Array {
      const n = rows.length;
      requireInteger("cut", cut, [0, (n - 1) >> 1]);
      return byColumn(
        rows,
        selectionNetwork(n, cut, n - 1 - cut),
        (out, block, width, [lanes, network, grouped, count]) =>
          code.trimmedMean(out, block, n, width, lanes, network, grouped, count, cut),
      );
    },

    columnNearestMedianMean(rows: readonly Float32Array[], keep: number): Float64Array {
      const n = rows.length;
      requireInteger("keep", keep, [1, n]);
      return byColumn(rows, groupedSortingNetwork(n), (out, block, width, [lanes, network, grouped, count]) =>
        code.nearestMedianMean(out, block, n, width, lanes, network, grouped, count, keep),
      );
    },
  };
}
