import { StrategyError } from "../errors.js";

/** Discrete Fourier transforms of one length, in place, on separate real and imaginary parts. */
export interface Fft {
  readonly size: number;
  /** X_k = sum of x_n e^(-2 pi i k n / size). */
  forward(real: Float64Array, imaginary: Float64Array): void;
  /** x_n = (1 / size) sum of X_k e^(2 pi i k n / size). */
  inverse(real: Float64Array, imaginary: Float64Array): void;
}

/**
 * Prepares the transforms of `size` numbers (Cooley and Tukey 1965, radix 2).
 * @throws StrategyError `invalid_option` for a size that is no power of two from 1 to 2^26.
 */
export function createFft(size: number): Fft {
  if (!Number.isInteger(Math.log2(size)) || size < 1 || size > 2 ** 26) {
    throw new StrategyError("invalid_option", `size: expected a power of two in [1, 2^26], got ${size}`);
  }
  const cosines = new Float64Array(size / 2);
  const sines = new Float64Array(size / 2);
  for (let k = 0; k < size / 2; k += 1) {
    cosines[k] = Math.cos((2 * Math.PI * k) / size);
    sines[k] = Math.sin((2 * Math.PI * k) / size);
  }
  const forward = (real: Float64Array, imaginary: Float64Array) => {
    reverseBits(real, imaginary);
    for (let half = 1; half < size; half *= 2) {
      combine(real, imaginary, { half, cosines, sines });
    }
  };
  return {
    size,
    forward,
    inverse(real, imaginary) {
      // Swapping the parts conjugates before and after.
      forward(imaginary, real);
      for (let i = 0; i < size; i += 1) {
        real[i] = (real[i] as number) / size;
        imaginary[i] = (imaginary[i] as number) / size;
      }
    },
  };
}

function combine(
  real: Float64Array,
  imaginary: Float64Array,
  { half, cosines, sines }: { half: number; cosines: Float64Array; sines: Float64Array },
): void {
  const size = real.length;
  const stride = size / (2 * half);
  for (let start = 0; start < size; start += 2 * half) {
    for (let k = 0, turn = 0; k < half; k += 1, turn += stride) {
      const upper = start + k;
      const lower = upper + half;
      const c = cosines[turn] as number;
      const s = sines[turn] as number;
      const lowReal = real[lower] as number;
      const lowImaginary = imaginary[lower] as number;
      const turnedReal = lowReal * c + lowImaginary * s;
      const turnedImaginary = lowImaginary * c - lowReal * s;
      const upReal = real[upper] as number;
      const upImaginary = imaginary[upper] as number;
      real[lower] = upReal - turnedReal;
      imaginary[lower] = upImaginary - turnedImaginary;
      real[upper] = upReal + turnedReal;
      imaginary[upper] = upImaginary + turnedImaginary;
    }
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  let reversed = 0;
  for (let i = 1; i < size; i += 1) {
    let bit = size >> 1;
    while (reversed & bit) {
      reversed ^= bit;
      bit >>= 1;
    }
    reversed |= bit;
    if (i >= reversed) continue;
    const keptReal = real[i] as number;
    real[i] = real[reversed] as number;
    real[reversed] = keptReal;
    const keptImaginary = imaginary[i] as number;
    imaginary[i] = imaginary[reversed] as number;
    imaginary[reversed] = keptImaginary;
  }
}
