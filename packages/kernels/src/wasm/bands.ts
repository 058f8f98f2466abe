import type { Addend, Band, Bands, ExactSumOptions } from "../exact-sum.js";
import { createPlainBands } from "../plain/bands.js";
import { type Chunk, chunksOf } from "./chunks.js";
import type { VectorKernelExports } from "./instance.js";
import type { KernelMemory } from "./memory.js";

/** Totals that are made at once. */
const TOTALS = 2_048;

/** What every addend leaves behind in the sums beside its integer: the bits of 1.5 * 2^52. */
const ROUND_BITS = 0x4338000000000000n;

/** Bands in kernel memory: 8 bytes an element and band, and 4 more for the origin. */
export function createWasmBands(
  code: VectorKernelExports,
  memory: KernelMemory,
  options: ExactSumOptions,
): Bands {
  const { size, origin } = options;
  const padded = (size + 7) & ~7;
  const { scratch } = memory;
  let originAt: number | undefined;
  let plain: Bands | undefined;

  function originAddress(): number {
    if (!origin) throw new RangeError("origin: expected one, because an addend is a difference from it");
    if (originAt === undefined) {
      originAt = memory.allocate(padded * 4);
      memory.float32.set(origin, originAt / 4);
    }
    return originAt;
  }

  function bitsOf({ address, offset, size: n }: Chunk, fromOrigin: boolean, from: number): number {
    return fromOrigin ? code.maxAbsBitsFrom(address, from + offset * 4, n) : code.maxAbsBits(address, n);
  }

  function maxAbsBits(values: () => Float32Array, fromOrigin: boolean): number {
    const from = fromOrigin ? originAddress() : 0;
    let max = 0;
    for (const chunk of chunksOf(memory, values())) max = Math.max(max, bitsOf(chunk, fromOrigin, from));
    return max;
  }

  function createBand(): Band {
    const sums = memory.allocate(padded * 8);
    let count = 0;
    const remove = ({ values, fromOrigin, scale }: Addend) => {
      const from = fromOrigin ? originAddress() : 0;
      for (const { address, offset, size: n } of chunksOf(memory, values())) {
        if (fromOrigin) code.removeFrom(sums + offset * 8, address, from + offset * 4, n, scale);
        else code.remove(sums + offset * 8, address, n, scale);
      }
      count -= 1;
    };
    return {
      add(addend) {
        const { values, fromOrigin, scale, maxBits } = addend;
        const from = fromOrigin ? originAddress() : 0;
        let max = 0;
        let done = 0;
        for (const { address, offset, size: n } of chunksOf(memory, values(), size)) {
          const at = sums + offset * 8;
          const bits = fromOrigin
            ? code.addFrom(at, address, from + offset * 4, n, scale, maxBits)
            : code.add(at, address, n, scale, maxBits);
          max = Math.max(max, bits);
          if (bits > maxBits) break;
          done = Math.min(offset + n, size);
        }
        count += 1;
        if (max <= maxBits) return max;
        remove({ ...addend, values: () => values().subarray(0, done) });
        return maxAbsBits(values, fromOrigin);
      },
      remove,
      addTotalsTo(out, { quantum, isFirst }) {
        // Totals pass through the scratch memory, a few at a time so that they stay in the first-level cache.
        for (let offset = 0; offset < size; offset += TOTALS) {
          const n = Math.min(TOTALS, size - offset);
          const views = memory.float64;
          if (isFirst) views.fill(0, scratch / 8, scratch / 8 + n);
          else views.set(out.subarray(offset, offset + n), scratch / 8);
          code.totals(scratch, sums + offset * 8, n, count, quantum);
          out.set(views.subarray(scratch / 8, scratch / 8 + n), offset);
        }
      },
      snapshot() {
        const left = BigInt(count) * ROUND_BITS;
        return memory.int64.slice(sums / 8, sums / 8 + size).map((total) => total - left);
      },
      merge(totals) {
        const views = memory.int64;
        for (let i = 0; i < size; i += 1) {
          views[sums / 8 + i] = (views[sums / 8 + i] as bigint) + (totals[i] as bigint);
        }
      },
      release: () => memory.release(sums),
    };
  }

  return {
    create() {
      try {
        return createBand();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        // WebAssembly cannot address more than 4 GiB; the twin can, and gives the same sums.
        plain ??= createPlainBands(options);
        return plain.create();
      }
    },
    hold: memory.hold,
    maxAbsBits,
    release() {
      if (originAt !== undefined) memory.release(originAt);
    },
  };
}
