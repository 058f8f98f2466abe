export { trimmedMean, median, nearestMedianMean } from "./columns";
export { addSquaredDistances } from "./distances";
export { add, addFrom, remove, removeFrom, totals } from "./exact-sum";
export { maxAbsBits, maxAbsBitsFrom, sumSquares, sumSquaresFrom } from "./norms";
export { dequantizeInt8, quantizeInt8 } from "./quantize";
export { collectTopK, countBits } from "./top-k";

/** First byte that the host may use. */
export function heapBase(): usize {
  return __heap_base;
}
