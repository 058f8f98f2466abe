import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import { createFft } from "./fft.js";

const random = (size: number) => {
  const stream = randomStream(1, "fft", size);
  return Float64Array.from({ length: size }, () => stream.uniform() - 0.5);
};

describe("createFft", () => {
  it.each([1, 2, 4, 8, 64])("agrees with the definition at size %d", (size) => {
    const real = random(size);
    const imaginary = random(size).reverse();
    const expected = Array.from({ length: size }, (_, k) => {
      let re = 0;
      let im = 0;
      for (let n = 0; n < size; n += 1) {
        const angle = (-2 * Math.PI * ((k * n) % size)) / size;
        re += (real[n] as number) * Math.cos(angle) - (imaginary[n] as number) * Math.sin(angle);
        im += (real[n] as number) * Math.sin(angle) + (imaginary[n] as number) * Math.cos(angle);
      }
      return [re, im] as const;
    });
    createFft(size).forward(real, imaginary);
    expected.forEach(([re, im], k) => {
      expect(real[k]).toBeCloseTo(re, 12);
      expect(imaginary[k]).toBeCloseTo(im, 12);
    });
  });

  it("comes back to where it started, to float64", () => {
    const size = 2 ** 14;
    const before = random(size);
    const real = before.slice();
    const imaginary = new Float64Array(size);
    const fft = createFft(size);
    fft.forward(real, imaginary);
    fft.inverse(real, imaginary);
    let worst = 0;
    for (let i = 0; i < size; i += 1) {
      worst = Math.max(
        worst,
        Math.abs((real[i] as number) - (before[i] as number)),
        Math.abs(imaginary[i] as number),
      );
    }
    expect(worst).toBeLessThan(1e-15);
  });

  it("turns products into circular convolutions", () => {
    const real = Float64Array.of(0.5, 0.5, 0, 0, 0, 0, 0, 0);
    const imaginary = new Float64Array(8);
    const fft = createFft(8);
    fft.forward(real, imaginary);
    for (let k = 0; k < 8; k += 1) {
      const [re, im] = [real[k] as number, imaginary[k] as number];
      real[k] = re * re - im * im;
      imaginary[k] = 2 * re * im;
    }
    fft.inverse(real, imaginary);
    [0.25, 0.5, 0.25, 0, 0, 0, 0, 0].forEach((value, i) => {
      expect(real[i]).toBeCloseTo(value, 15);
    });
  });

  it("refuses a size that is no power of two", () => {
    expect(() => createFft(12)).toThrow("size: expected a power of two in [1, 2^26], got 12");
    expect(() => createFft(0)).toThrow("size: expected a power of two in [1, 2^26], got 0");
  });
});
