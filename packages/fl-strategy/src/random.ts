import { StrategyError } from "./errors.js";
import { portableExp, portableLog } from "./portable-math.js";

/** A deterministic source of random numbers: the same in Node and in every browser. */
export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, limit), without bias; `limit` is an integer in [1, 2^32]. */
  integer(limit: number): number;
  /** Standard normal (polar method). */
  normal(): number;
  /** Gamma variate with the given shape > 0 and scale 1; underflows to 0 for a tiny shape, see {@link logGamma}. */
  gamma(shape: number): number;
  /** Logarithm of a gamma variate: finite where the variate itself would underflow to 0 (shape far below 1). */
  logGamma(shape: number): number;
  /** Shuffles the array in place (Fisher-Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
}

/**
 * Opens the random stream of one purpose: `randomStream(seed, "selection", round)`.
 *
 * Streams with different keys are independent, so that one more draw for one purpose leaves every other as it was,
 * and nothing but the seed has to be kept to resume. The generator is sfc32 (C. Doty-Humphrey, PractRand).
 * @throws StrategyError `invalid_random` for a seed that is not a safe integer.
 */
export function randomStream(seed: number, ...keys: readonly (string | number)[]): RandomStream {
  if (!Number.isSafeInteger(seed)) {
    throw new StrategyError("invalid_random", `seed: expected an integer, got ${String(seed)}`);
  }
  const next = sfc32(JSON.stringify([seed, ...keys]));
  let spareNormal: number | undefined;

  const stream: RandomStream = {
    uniform: () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 2 ** 53,

    integer(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
        throw new StrategyError("invalid_random", `limit: expected an integer in [1, 2^32], got ${limit}`);
      }
      const fair = 2 ** 32 - (2 ** 32 % limit);
      let draw = next() >>> 0;
      while (draw >= fair) draw = next() >>> 0;
      return draw % limit;
    },

    normal() {
      if (spareNormal !== undefined) {
        const spare = spareNormal;
        spareNormal = undefined;
        return spare;
      }
      for (;;) {
        const x = 2 * stream.uniform() - 1;
        const y = 2 * stream.uniform() - 1;
        const square = x * x + y * y;
        if (square === 0 || square >= 1) continue;
        const factor = Math.sqrt((-2 * portableLog(square)) / square);
        spareNormal = y * factor;
        return x * factor;
      }
    },

    gamma: (shape) => portableExp(stream.logGamma(shape)),

    logGamma(shape) {
      if (!(shape > 0) || shape === Number.POSITIVE_INFINITY) {
        throw new StrategyError("invalid_random", `shape: expected a number > 0, got ${shape}`);
      }
      if (shape >= 1) return logGammaFromOne(stream, shape);
      // A gamma(a) variate is a gamma(a + 1) variate times U^(1/a): a sum of logarithms does not underflow.
      return logGammaFromOne(stream, shape + 1) + portableLog(1 - stream.uniform()) / shape;
    },

    shuffle(items) {
      for (let i = items.length - 1; i > 0; i -= 1) {
        const j = stream.integer(i + 1);
        const kept = items[i];
        items[i] = items[j];
        items[j] = kept;
      }
      return items;
    },
  };
  return stream;
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000), for shapes from 1. */
function logGammaFromOne(stream: RandomStream, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const logV = 3 * portableLog(root);
    if (portableLog(1 - stream.uniform()) < 0.5 * x * x + d - d * v + d * logV) return portableLog(d) + logV;
  }
}

function sfc32(key: string): () => number {
  let [a, b, c, counter] = hash128(key);
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

/** Four 32-bit lanes of a multiply-and-mix hash over the UTF-16 units of the key. */
function hash128(key: string): [number, number, number, number] {
  const multipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;
  const lanes: [number, number, number, number] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
  for (let i = 0; i < key.length; i += 1) {
    for (let lane = 0; lane < 4; lane += 1) {
      const mixed = Math.imul((lanes[lane] as number) ^ key.charCodeAt(i), multipliers[lane] as number);
      lanes[lane] = mixed ^ (mixed >>> 15) ^ (lanes[(lane + 3) & 3] as number);
    }
  }
  for (let lane = 0; lane < 4; lane += 1) {
    let h = (lanes[lane] as number) ^ key.length;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    lanes[lane] = h ^ (h >>> 16);
  }
  return lanes;
}
