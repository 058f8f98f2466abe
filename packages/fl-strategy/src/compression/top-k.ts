import { StrategyError } from "../errors.js";

/** Bits of a magnitude that the second pass of {@link topK} counts; the first counts the 16 above them. */
const LOW_BITS = 15;
const MAGNITUDE = 0x7fffffff;
const INFINITY_BITS = 0x7f800000;

/**
 * Ascending indices of the k largest magnitudes; of equal ones those with the lowest index. Exact and O(n): two
 * passes of counting over the float32 bits, whose order is the order of the magnitudes.
 * @throws StrategyError `invalid_option` for a k outside [0, number of values], `wrong_update` for NaN.
 */
export function topK(values: Float32Array, k: number): Uint32Array {
  if (!Number.isInteger(k) || k < 0 || k > values.length) {
    throw new StrategyError("invalid_option", `k: expected an integer in [0, ${values.length}], got ${k}`);
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(1 << 16);
  countUpper(bits, upper);
  refuseNaN(values, upper);
  if (k === 0) return new Uint32Array(0);
  const high = rankFromTop(upper, k);
  const lower = new Uint32Array(1 << LOW_BITS);
  countLower(bits, high.place, lower);
  const low = rankFromTop(lower, high.left);
  const indices = new Uint32Array(k);
  collect(bits, { threshold: high.place * (1 << LOW_BITS) + low.place, ties: low.left }, indices);
  return indices;
}

function countUpper(bits: Uint32Array, counts: Uint32Array): void {
  for (let i = 0; i < bits.length; i += 1) {
    const place = ((bits[i] as number) & MAGNITUDE) >>> LOW_BITS;
    counts[place] = (counts[place] as number) + 1;
  }
}

function countLower(bits: Uint32Array, upper: number, counts: Uint32Array): void {
  for (let i = 0; i < bits.length; i += 1) {
    const magnitude = (bits[i] as number) & MAGNITUDE;
    if (magnitude >>> LOW_BITS !== upper) continue;
    const place = magnitude & (counts.length - 1);
    counts[place] = (counts[place] as number) + 1;
  }
}

/** The place, counted down from the top, that holds the k-th element, and the element's rank there. */
function rankFromTop(counts: Uint32Array, k: number): { place: number; left: number } {
  let left = k;
  let place = counts.length - 1;
  while (left > (counts[place] as number)) {
    left -= counts[place] as number;
    place -= 1;
  }
  return { place, left };
}

/** Indices of magnitudes above the threshold and of the first `ties` that equal it, until `indices` is full. */
function collect(bits: Uint32Array, cut: { threshold: number; ties: number }, indices: Uint32Array): void {
  const { threshold } = cut;
  let { ties } = cut;
  let written = 0;
  for (let i = 0; written < indices.length; i += 1) {
    const magnitude = (bits[i] as number) & MAGNITUDE;
    if (magnitude < threshold) continue;
    if (magnitude === threshold) {
      if (ties === 0) continue;
      ties -= 1;
    }
    indices[written] = i;
    written += 1;
  }
}

/** The counts of the first pass tell almost always that there is nothing to look for. */
function refuseNaN(values: Float32Array, counts: Uint32Array): void {
  let suspects = 0;
  for (let place = INFINITY_BITS >>> LOW_BITS; place < counts.length; place += 1) {
    suspects += counts[place] as number;
  }
  if (suspects === 0) return;
  const at = values.findIndex(Number.isNaN);
  if (at >= 0) throw new StrategyError("wrong_update", `values[${at}]: expected a number, got NaN`);
}
