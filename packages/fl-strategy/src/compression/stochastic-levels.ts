import { vectorKernels } from "@fedloom/kernels";
import { StrategyError } from "../errors.js";
import type { RandomStream } from "../random.js";

/** Values as integers in [-127, 127] times the float32 scale of their block; the last block may be shorter. */
export interface ScaledLevels {
  /** Values per block. */
  readonly blockSize: number;
  /** One per block; 0 for a block of zeros. */
  readonly scales: Float32Array;
  /** One per value. */
  readonly levels: Int8Array;
}

export interface StochasticOptions {
  /** Source of the rounding; one integer is drawn from it per call. */
  readonly random: Pick<RandomStream, "integer">;
  /**
   * Values per block; default 2,048. The scale of a block follows its largest value, so that smaller blocks lose less
   * where magnitudes differ between layers; at 2,048 the scales add 0.2 % to the bytes.
   */
  readonly blockSize?: number;
}

/** Largest level. */
export const MAX_LEVEL = 127;
const FLOAT32_MAX = 3.4028234663852886e38;
const DEFAULT_BLOCK_SIZE = 2048;

/**
 * Rounds every value to one of the two multiples of its block's scale around it, at random, so that the result is the
 * value on average and the error is less than the scale.
 * @param scaleOf the exact scale of a block: at least its largest magnitude / 127.
 * @throws StrategyError `invalid_option` for a bad block size, `wrong_update` for a value that is not finite.
 */
export function quantizeBlocks(
  values: Float32Array,
  options: StochasticOptions & { scaleOf: (block: Float32Array) => number },
): ScaledLevels {
  const { random, scaleOf, blockSize = DEFAULT_BLOCK_SIZE } = options;
  if (!Number.isSafeInteger(blockSize) || blockSize < 1) {
    throw new StrategyError("invalid_option", `blockSize: expected an integer >= 1, got ${blockSize}`);
  }
  const key = random.integer(2 ** 32);
  const levels = new Int8Array(values.length);
  const scales = new Float32Array(Math.ceil(values.length / blockSize));
  for (let block = 0; block < scales.length; block += 1) {
    const first = block * blockSize;
    const part = values.subarray(first, first + blockSize);
    const scale = roundUp(scaleOf(part));
    if (!(scale * MAX_LEVEL <= FLOAT32_MAX)) refuseBlock(values, first);
    scales[block] = scale;
    if (scale > 0) levels.set(vectorKernels().quantizeInt8(part, { scale, key, first }), first);
  }
  return { blockSize, scales, levels };
}

/** The values that levels and scales stand for. */
export function dequantizeBlocks({ blockSize, scales, levels }: ScaledLevels): Float32Array {
  const values = new Float32Array(levels.length);
  for (let block = 0; block < scales.length; block += 1) {
    const first = block * blockSize;
    const part = levels.subarray(first, first + blockSize);
    vectorKernels().dequantizeInt8(
      part,
      scales[block] as number,
      values.subarray(first, first + part.length),
    );
  }
  return values;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The smallest float32 that is not below x >= 0: a scale rounded down would put the largest value out of reach. */
function roundUp(x: number): number {
  float[0] = x;
  if ((float[0] as number) < x) word[0] = (word[0] as number) + 1;
  return float[0] as number;
}

function refuseBlock(values: Float32Array, first: number): never {
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new StrategyError(
    "wrong_update",
    at >= 0
      ? `values[${at}]: expected a finite number, got ${values[at]}`
      : `values: expected a block whose scale is a float32, got one too large from index ${first}`,
  );
}
