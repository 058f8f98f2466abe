import { vectorKernels } from "@fedloom/kernels";
import { MAX_LEVEL, quantizeBlocks, type ScaledLevels, type StochasticOptions } from "./stochastic-levels.js";

/**
 * Stochastic rounding to 8 bits: scale = max|x| / 127 per block, level = floor(x / scale + u). Unbiased, with an error
 * less than the scale. A block of zeros has scale 0.
 * @throws StrategyError `invalid_option` for a bad block size, `wrong_update` for a value that is not finite.
 */
export function quantizeInt8(values: Float32Array, options: StochasticOptions): ScaledLevels {
  return quantizeBlocks(values, {
    ...options,
    scaleOf: (block) => vectorKernels().maxMagnitude(block) / MAX_LEVEL,
  });
}
