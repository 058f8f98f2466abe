import { StrategyError } from "../errors.js";
import { requireNumber } from "../require-option.js";

/** Where random bytes come from; for privacy nothing less than a cryptographic source will do. */
export interface RandomBytes {
  /** Overwrites all bytes; it is never asked for more than 64 KiB at once. */
  fill(bytes: Uint8Array): void;
}

/** Normal noise that nobody can foresee. */
export interface GaussianNoise {
  /** One standard normal variate. */
  next(): number;
  /** Adds independent normal noise of standard deviation `sigma` to every element, in place. */
  fill(target: Float64Array, sigma: number): void;
}

/** The most that `crypto.getRandomValues` gives at once. */
const BUFFER_BYTES = 65_536;

/**
 * Opens a source of normal variates by Marsaglia's polar method (1964) in float64 from 53-bit uniforms; the default
 * source of bytes is `crypto.getRandomValues`. Float64 has gaps that an attacker who sees unrounded sums may use
 * (Mironov 2012): release the result as float32.
 * @throws StrategyError `invalid_random` if there is neither a source nor the Web Crypto API, and in `fill`
 * `invalid_option` for a sigma that is no finite number >= 0.
 */
export function createGaussianNoise(source: RandomBytes = cryptographicBytes()): GaussianNoise {
  const bytes = new Uint8Array(BUFFER_BYTES);
  const words = new Uint32Array(bytes.buffer);
  let used = words.length;
  let x = 0;
  let y = 0;
  let spare: number | undefined;

  /** Leaves in x and y two independent standard normal variates. */
  const drawPair = () => {
    for (;;) {
      if (used === words.length) {
        source.fill(bytes);
        used = 0;
      }
      x = signedUniform(words[used] as number, words[used + 1] as number);
      y = signedUniform(words[used + 2] as number, words[used + 3] as number);
      used += 4;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      x *= factor;
      y *= factor;
      return;
    }
  };

  return {
    next() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      drawPair();
      spare = y;
      return x;
    },
    fill(target, sigma) {
      requireNumber("sigma", sigma, "a finite number >= 0");
      if (sigma === 0) return;
      for (let i = 0; i < target.length; i += 2) {
        drawPair();
        target[i] = (target[i] as number) + sigma * x;
        if (i + 1 < target.length) target[i + 1] = (target[i + 1] as number) + sigma * y;
      }
    },
  };
}

/** Uniform on [-1, 1) in steps of 2^-52. */
function signedUniform(high: number, low: number): number {
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 2 ** 52 - 1;
}

function cryptographicBytes(): RandomBytes {
  const { crypto } = globalThis as { crypto?: { getRandomValues(bytes: Uint8Array): unknown } };
  if (typeof crypto?.getRandomValues !== "function") {
    throw new StrategyError("invalid_random", "source: expected crypto.getRandomValues, got none here");
  }
  return {
    fill: (bytes) => {
      crypto.getRandomValues(bytes);
    },
  };
}
