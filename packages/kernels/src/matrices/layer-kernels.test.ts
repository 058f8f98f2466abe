import { describe, expect, it } from "vitest";
import { createMatrixMemory } from "./matrix-memory.js";
import { canRunMatrixKernels, type MatrixKernelVariant, openMatrixKernels } from "./open-matrix-kernels.js";

const variants: MatrixKernelVariant[] = ["SIMD", "relaxed SIMD"];

/** Numbers that are equal in every run. */
function uniform(size: number, [least, most]: readonly [number, number] = [-1, 1]): Float32Array {
  let state = 7;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return least + (most - least) * (state / 2 ** 32);
  });
}

/** Abramowitz and Stegun 7.1.5 and 7.1.14: a series near 0, a continued fraction far from it. */
function normalDistribution(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  let tail: number;
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; n < 80; n += 1) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    tail = 0.5 - sum / Math.sqrt(Math.PI);
  } else {
    let fraction = 0;
    for (let k = 60; k > 0; k -= 1) fraction = k / 2 / (z + fraction);
    tail = Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction) / 2;
  }
  return x > 0 ? 1 - tail : tail;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/** In the kernels' order: function and slope. */
const activations: readonly [name: string, (x: number) => number, (x: number) => number][] = [
  ["linear", (x) => x, () => 1],
  ["relu", (x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
  ["relu6", (x) => Math.min(6, Math.max(0, x)), (x) => (x > 0 && x < 6 ? 1 : 0)],
  ["leakyRelu", (x) => (x > 0 ? x : 0.2 * x), (x) => (x > 0 ? 1 : 0.2)],
  ["elu", (x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  [
    "selu",
    (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
    (x) => scale * (x > 0 ? 1 : alpha * Math.exp(x)),
  ],
  ["gelu", (x) => x * normalDistribution(x), (x) => normalDistribution(x) + x * density(x)],
  ["swish", (x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  ["sigmoid", sigmoid, (x) => sigmoid(x) * sigmoid(-x)],
  ["tanh", Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
];

describe.each(variants.filter(canRunMatrixKernels))("layer kernels (%s)", (variant) => {
  const memory = createMatrixMemory({ initialBytes: 2 ** 20 });
  const kernels = openMatrixKernels(memory.memory, { variant });

  function put(values: ArrayLike<number>): number {
    const address = memory.allocate(4 * values.length);
    memory.float32.set(values, address / 4);
    return address;
  }
  const get = (address: number, size: number) => memory.float32.slice(address / 4, address / 4 + size);

  it.each(activations)("%s and its slope, to float32's precision", (name, apply, slope) => {
    const kind = activations.findIndex(([other]) => other === name);
    const values = Float32Array.from([
      ...uniform(1001, [-12, 12]),
      ...uniform(102, [-1e-3, 1e-3]),
      ...[-200, 200, 90],
    ]);
    const size = values.length;
    const [x, y] = [put(values), put(new Float32Array(size))];
    const dy = uniform(size);
    const gradient = put(dy);
    kernels.activate(y, x, size, kind);
    kernels.activationGradient(gradient, gradient, name === "gelu" || name === "swish" ? x : y, size, kind);
    const [results, slopes] = [get(y, size), get(gradient, size)];
    for (const [i, value] of values.entries()) {
      const expected = apply(value);
      expect(Math.abs((results[i] as number) - expected)).toBeLessThanOrEqual(
        6e-7 * Math.abs(expected) + (name === "gelu" ? 1e-12 : 1e-37),
      );
      expect(Math.abs((slopes[i] as number) - (dy[i] as number) * slope(value))).toBeLessThan(1e-6);
    }
  });

  it("keeps NaN in smooth activations", () => {
    const x = put(new Float32Array(5).fill(Number.NaN));
    for (const kind of [6, 7, 8, 9]) {
      const y = put(new Float32Array(5));
      kernels.activate(y, x, 5, kind);
      expect([...get(y, 5)].every(Number.isNaN)).toBe(true);
    }
  });

  it("softmax of rows of any length, very large and very small logits among them", () => {
    for (const classes of [1, 2, 3, 4, 5, 10, 17]) {
      const logits = uniform(6 * classes, [-300, 300]);
      const address = put(logits);
      kernels.softmax(address, address, 6, classes);
      const rows = get(address, 6 * classes);
      for (let row = 0; row < 6; row += 1) {
        const values = [...logits.subarray(row * classes, (row + 1) * classes)];
        const most = Math.max(...values);
        const sum = values.reduce((total, value) => total + Math.exp(value - most), 0);
        for (const [i, value] of values.entries()) {
          expect(rows[row * classes + i]).toBeCloseTo(Math.exp(value - most) / sum, 6);
        }
      }
    }
  });

  it("cross entropy of logits for which probabilities are 0 in float32, and of equal ones", () => {
    const logits = put([200, 0, 0, 0, 0, 0]);
    const labels = memory.allocate(8);
    memory.int32.set([1, 0], labels / 4);
    const totals = memory.allocate(16);
    const gradient = put(new Float32Array(6));
    kernels.softmaxCrossEntropy(gradient, logits, labels, 0, totals, 2, 3, 0.5);
    const sums = new Float64Array(memory.memory.buffer, totals, 2);
    expect(sums[0]).toBeCloseTo(200 + Math.log(3), 6);
    // Of equal logits the first one counts as the answer.
    expect(sums[1]).toBe(1);
    const expected = [0.5, -0.5, 0, -1 / 3, 1 / 6, 1 / 6];
    for (const [i, value] of get(gradient, 6).entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
  });

  it("drops values at the rate it is told, scales the others, and does the same again", () => {
    const size = 40_003;
    const x = put(new Float32Array(size).fill(1));
    const y = memory.allocate(4 * size);
    for (const rate of [0.1, 0.5, 0.9]) {
      kernels.dropout(y, x, size, 12345, Math.floor(rate * 2 ** 32), 1 / (1 - rate));
      const values = get(y, size);
      const numKept = values.filter((value) => value !== 0).length;
      // Four standard deviations of a binomial.
      expect(Math.abs(numKept / size - (1 - rate))).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / size));
      expect(values.every((value) => value === 0 || value === Math.fround(1 / (1 - rate)))).toBe(true);
      kernels.dropout(y, x, size, 12345, Math.floor(rate * 2 ** 32), 1 / (1 - rate));
      expect(Buffer.compare(Buffer.from(get(y, size).buffer), Buffer.from(values.buffer))).toBe(0);
      kernels.dropout(y, x, size, 54321, Math.floor(rate * 2 ** 32), 1 / (1 - rate));
      const both = get(y, size).filter((value, i) => value !== 0 && values[i] !== 0).length;
      expect(Math.abs(both / size - (1 - rate) ** 2)).toBeLessThan(0.02);
    }
  });

  it("bytes become 255ths", () => {
    const bytes = Uint8Array.from({ length: 261 }, (_, i) => i % 256);
    const from = memory.allocate(261);
    memory.uint8.set(bytes, from);
    const to = memory.allocate(4 * 261);
    kernels.bytesToFloats(to, from, 261);
    expect([...get(to, 261)]).toEqual([...Float32Array.from(bytes, (byte) => byte / 255)]);
  });

  it("sums up columns of any width, and masks by relu and relu6", () => {
    for (const [rows, columns] of [
      [1, 1],
      [3, 8],
      [300, 8],
      [301, 8],
      [5, 21],
      [700, 37],
    ] as const) {
      for (const kind of [0, 1, 2]) {
        const dy = uniform(rows * columns);
        const y = uniform(rows * columns, [-2, 8]).map((value) => Math.max(0, Math.min(6, value)));
        const expected = dy.map((value, i) => {
          const result = y[i] as number;
          return kind === 0 || (result > 0 && (kind === 1 || result < 6)) ? value : 0;
        });
        const [gradient, results, sums] = [put(dy), put(y), put(new Float32Array(columns).fill(9))];
        kernels.biasGradient(sums, gradient, results, rows, columns, kind);
        expect([...get(gradient, rows * columns)]).toEqual([...expected]);
        const received = get(sums, columns);
        for (let column = 0; column < columns; column += 1) {
          let sum = 0;
          for (let row = 0; row < rows; row += 1) sum += expected[row * columns + column] as number;
          expect(received[column]).toBeCloseTo(sum, 4);
        }
      }
    }
  });

  it("gives all of a window's gradient to the first of equal cells, also where all are negative", () => {
    const x = put([-1, -1, -3, -1, -1, -1, -1, -1]);
    const sizes = [2, 2, 2, 1, 2, 2, 2, 2, 0, 0, 1, 1] as const;
    const [y, dy, dx] = [put([0, 0]), put([5, 7]), put(new Float32Array(8).fill(9))];
    kernels.maxPool(y, x, ...sizes);
    expect([...get(y, 2)]).toEqual([-1, -1]);
    kernels.maxPoolGradient(dx, dy, x, y, ...sizes);
    expect([...get(dx, 8)]).toEqual([5, 0, 0, 0, 7, 0, 0, 0]);
  });

  it("divides by the cells of the image at its border", () => {
    const sizes = [1, 3, 3, 1, 2, 2, 2, 2, 0, 0, 2, 2] as const;
    const [x, y] = [put([1, 2, 3, 4, 5, 6, 7, 8, 9]), put(new Float32Array(4))];
    kernels.averagePool(y, x, ...sizes);
    expect([...get(y, 4)]).toEqual([3, 4.5, 7.5, 9]);
    const dx = put(new Float32Array(9));
    kernels.averagePoolGradient(dx, y, ...sizes);
    expect([...get(dx, 9)]).toEqual([0.75, 0.75, 2.25, 0.75, 0.75, 2.25, 3.75, 3.75, 9]);
  });

  it("takes the moments of columns far from 0", () => {
    const rows = 1000;
    const x = uniform(rows * 5).map((value) => value + 100);
    const [address, mean, variance] = [put(x), put(new Float32Array(5)), put(new Float32Array(5))];
    kernels.columnMoments(mean, variance, address, rows, 5);
    for (let column = 0; column < 5; column += 1) {
      const values = Array.from({ length: rows }, (_, row) => x[row * 5 + column] as number);
      const center = values.reduce((sum, value) => sum + value, 0) / rows;
      const spread = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / rows;
      expect(get(mean, 5)[column]).toBeCloseTo(center, 4);
      expect(get(variance, 5)[column]).toBeCloseTo(spread, 5);
    }
  });
});
