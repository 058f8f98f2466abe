// Alistarh, Grubic, Li, Tomioka, Vojnovic: "QSGD: Communication-Efficient SGD via Gradient Quantization and Encoding",
// NeurIPS 2017 (arXiv 1610.02132), section 3.1: each value becomes ||v|| sign(v_i) xi_i, where xi_i is l/s or (l+1)/s
// and the upper one has probability s |v_i| / ||v|| - l. That is stochastic rounding to multiples of ||v|| / s, so that
// the result has the form of the 8-bit one. Each block ("bucket" in the paper) has a norm of its own.
import { StrategyError } from "../errors.js";
import { MAX_LEVEL, quantizeBlocks, type ScaledLevels, type StochasticOptions } from "./stochastic-levels.js";

export interface QsgdOptions extends StochasticOptions {
  /** Quantisation levels s, in [1, 127]; default 127. Few levels make most of the result 0. */
  readonly levels?: number;
}

/**
 * QSGD with s levels on the L2 norm of each block; unbiased, with an error less than norm / s. For updates without few
 * dominant values 8-bit rounding is closer at the same size: its scale follows the largest value, not the norm.
 * @throws StrategyError `invalid_option` for bad options, `wrong_update` for a value that is not finite.
 */
export function quantizeQsgd(values: Float32Array, options: QsgdOptions): ScaledLevels {
  const { levels = MAX_LEVEL } = options;
  if (!Number.isInteger(levels) || levels < 1 || levels > MAX_LEVEL) {
    throw new StrategyError(
      "invalid_option",
      `levels: expected an integer in [1, ${MAX_LEVEL}], got ${levels}`,
    );
  }
  return quantizeBlocks(values, { ...options, scaleOf: (block) => norm(block) / levels });
}

function norm(block: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < block.length; i += 1) sum += (block[i] as number) ** 2;
  return Math.sqrt(sum);
}
