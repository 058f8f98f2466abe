import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gradientError } from "../finite-differences.js";
import { openBackend } from "../open-backend.js";

type Pad = "same" | "valid" | [[number, number], [number, number], [number, number], [number, number]];

beforeAll(async () => {
  (await openBackend("wasm")).use();
});

/** Distinct values, further apart than a finite difference moves them, so that no window's maximum changes hands. */
function distinct(shape: number[], offset = 0): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % size) * 0.1 + offset);
  return tf.tensor(values, shape);
}

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);
const explicit: Pad = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
];

const convolutions: {
  height: number;
  width: number;
  filter: number[];
  strides: [number, number];
  pad: Pad;
}[] = [
  { height: 6, width: 5, filter: [3, 3, 2, 4], strides: [1, 1], pad: "same" },
  { height: 6, width: 5, filter: [3, 3, 2, 4], strides: [1, 1], pad: "valid" },
  { height: 7, width: 8, filter: [3, 2, 1, 3], strides: [2, 2], pad: "same" },
  { height: 8, width: 7, filter: [3, 3, 3, 2], strides: [2, 3], pad: "valid" },
  { height: 5, width: 6, filter: [1, 1, 3, 2], strides: [2, 2], pad: "valid" },
  { height: 5, width: 6, filter: [3, 4, 2, 2], strides: [1, 2], pad: explicit },
  { height: 4, width: 4, filter: [2, 2, 2, 2], strides: [3, 3], pad: "valid" },
  { height: 3, width: 3, filter: [5, 5, 1, 2], strides: [1, 1], pad: "same" },
];

describe.each(convolutions)(
  "conv2d $height x $width, filter $filter, strides $strides, pad $pad",
  (options) => {
    const { height, width, filter, strides, pad } = options;
    const x = () => normal([2, height, width, filter[2] as number], 1) as tf.Tensor4D;
    const w = () => normal(filter, 2) as tf.Tensor4D;

    // The function is linear, so the step may be wide and the error is rounding alone.
    it("has the right gradient for its filter", () => {
      const f = (w: tf.Tensor) => tf.conv2d(x(), w as tf.Tensor4D, strides, pad);
      expect(gradientError({ f, x: w(), step: 0.5 })).toBeLessThan(1e-4);
    });

    it("has the right gradient for its input", () => {
      const f = (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w(), strides, pad);
      expect(gradientError({ f, x: x(), step: 0.5 })).toBeLessThan(1e-4);
    });
  },
);

describe.each([
  { filter: [3, 3, 2, 1], strides: 1, pad: "same" },
  { filter: [3, 2, 2, 2], strides: 2, pad: "valid" },
  { filter: [2, 2, 3, 2], strides: 1, pad: "same" },
] as const)("depthwise conv2d, filter $filter, strides $strides, pad $pad", ({ filter, strides, pad }) => {
  const conv = (x: tf.Tensor, w: tf.Tensor) =>
    tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad);

  it("has the right gradients", () => {
    const x = normal([2, 6, 7, filter[2]], 3);
    const w = normal([...filter], 4);
    expect(gradientError({ f: (w) => conv(x, w), x: w, step: 0.5 })).toBeLessThan(1e-4);
    expect(gradientError({ f: (x) => conv(x, w), x, step: 0.5 })).toBeLessThan(1e-4);
  });
});

describe.each([
  { size: 2, strides: 2, pad: "valid" },
  { size: 3, strides: 2, pad: "same" },
  { size: 3, strides: 1, pad: "same" },
] as const)("pooling of $size by $strides, pad $pad", ({ size, strides, pad }) => {
  it("has the right gradient of the maximum, also where every value is negative", () => {
    for (const offset of [0, -1000]) {
      const f = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, strides, pad);
      expect(gradientError({ f, x: distinct([2, 5, 6, 3], offset) })).toBeLessThan(offset ? 0.02 : 1e-3);
    }
  });

  it("has the right gradient of the mean, also where padding covers a part of a window", () => {
    const f = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, size, strides, pad);
    expect(gradientError({ f, x: normal([2, 5, 6, 3], 5), step: 0.5 })).toBeLessThan(1e-4);
  });
});

it("gives a maximum that occurs twice to its first place only", () => {
  const x = tf.tensor4d([3, 3, 3, 3], [1, 2, 2, 1]);
  expect([
    ...tf
      .grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"))(x)
      .dataSync(),
  ]).toEqual([1, 0, 0, 0]);
});

describe("matMul", () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("with transposes %s, %s equals the sum of products", (transposeA, transposeB) => {
    const [m, k, n] = [3, 4, 5];
    const a = normal(transposeA ? [2, k, m] : [2, m, k], 6) as tf.Tensor3D;
    const b = normal(transposeB ? [2, n, k] : [2, k, n], 7) as tf.Tensor3D;
    const received = tf.matMul(a, b, transposeA, transposeB).arraySync() as number[][][];
    const [left, right] = [a.arraySync(), b.arraySync()];
    for (let batch = 0; batch < 2; batch += 1) {
      for (let row = 0; row < m; row += 1) {
        for (let column = 0; column < n; column += 1) {
          let sum = 0;
          for (let i = 0; i < k; i += 1) {
            const [l, r] = [left[batch]!, right[batch]!];
            sum += (transposeA ? l[i]![row]! : l[row]![i]!) * (transposeB ? r[column]![i]! : r[i]![column]!);
          }
          expect(received[batch]![row]![column]).toBeCloseTo(sum, 4);
        }
      }
    }
  });

  it("has the right gradients", () => {
    const [a, b] = [normal([3, 4], 8), normal([4, 2], 9)];
    expect(
      gradientError({ f: (a) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), x: a, step: 0.5 }),
    ).toBeLessThan(1e-4);
    expect(
      gradientError({ f: (b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), x: b, step: 0.5 }),
    ).toBeLessThan(1e-4);
  });
});

it("sums the rows of each segment and drops rows without one", () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
  const sums = tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, -1], "int32"), 3);
  expect(sums.arraySync()).toEqual([
    [3, 4],
    [0, 0],
    [6, 8],
  ]);
});

it("gather has the right gradient where an index repeats", () => {
  const f = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([1, 1, 0, 3], "int32"));
  expect(gradientError({ f, x: normal([4, 3], 10), step: 0.5 })).toBeLessThan(1e-4);
});

it("keeps no memory: as many tensors and bytes after a thousand gradients as after one", () => {
  const x = normal([2, 6, 6, 2], 11) as tf.Tensor4D;
  const w = normal([3, 3, 2, 3], 12) as tf.Tensor4D;
  const step = () =>
    tf.tidy(() => {
      const f = (x: tf.Tensor, w: tf.Tensor) =>
        tf.sum(tf.maxPool(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), 2, 2, "valid"));
      tf.grads(f)([x, w]);
    });
  step();
  const numTensors = tf.memory().numTensors;
  const numDataIds = tf.engine().backend.numDataIds();
  for (let i = 0; i < 1000; i += 1) step();
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(tf.engine().backend.numDataIds()).toBe(numDataIds);
});

describe("kernels that the backend has, made cheaper", () => {
  it("sums over leading axes", () => {
    const x = normal([4, 3, 5], 13);
    const values = x.arraySync() as number[][][];
    const sums = Array.from({ length: 5 }, (_, i) => values.flat().reduce((sum, row) => sum + row[i]!, 0));
    for (const [i, value] of tf.sum(x, [0, 1]).dataSync().entries()) expect(value).toBeCloseTo(sums[i]!, 4);
    expect(tf.sum(x, [0], true).shape).toEqual([1, 3, 5]);
    expect(tf.sum(x, [0, 2]).shape).toEqual([3]);
    expect(tf.sum(x).dataSync()[0]).toBeCloseTo(
      sums.reduce((a, b) => a + b),
      4,
    );
    expect(tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], "int32"), 0).arraySync()).toEqual([4, 6]);
  });

  it("gathers rows of every kind and refuses indices outside", () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(tf.gather(x, tf.tensor2d([2, 0], [1, 2], "int32")).arraySync()).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
    ]);
    expect(tf.gather(tf.tensor1d([true, false], "bool"), [1, 0, 0]).arraySync()).toEqual([0, 1, 1]);
    expect(tf.gather(x, [1, 0], 1).arraySync()).toEqual([
      [2, 1],
      [4, 3],
      [6, 5],
    ]);
    const before = tf.memory().numBytes;
    expect(() => tf.gather(x, [3])).toThrow("3 is not in [0, 2]");
    expect(tf.memory().numBytes - before).toBeLessThan(100);
  });

  it("keeps a copy of a variable as it was when the variable moves on", () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const copy = tf.clone(variable);
    variable.assign(tf.tensor1d([3, 4]));
    expect([...copy.dataSync(), ...variable.dataSync()]).toEqual([1, 2, 3, 4]);
    copy.dispose();
    expect([...variable.dataSync()]).toEqual([3, 4]);
    variable.dispose();
  });
});

describe("conv2d itself", () => {
  /** The definition, in float64. */
  function convolved(
    x: tf.Tensor4D,
    w: tf.Tensor4D,
    info: { stride: number; dilation: number; before: number; out: [number, number] },
  ) {
    const [images, filter] = [x.arraySync(), w.arraySync()];
    const { stride, dilation, before, out } = info;
    return images.map((image) =>
      Array.from({ length: out[0] }, (_, row) =>
        Array.from({ length: out[1] }, (_, column) =>
          filter[0]![0]![0]!.map((_, o) => {
            let sum = 0;
            for (const [i, taps] of filter.entries()) {
              for (const [j, tap] of taps.entries()) {
                const pixel =
                  image[row * stride - before + i * dilation]?.[column * stride - before + j * dilation];
                for (const [c, value] of (pixel ?? []).entries()) sum += value * tap[c]![o]!;
              }
            }
            return sum;
          }),
        ),
      ),
    );
  }

  it.each([
    { stride: 1, dilation: 1, pad: "same" as const, before: 1, out: [7, 6] as [number, number] },
    { stride: 1, dilation: 1, pad: "valid" as const, before: 0, out: [5, 4] as [number, number] },
    { stride: 2, dilation: 1, pad: "valid" as const, before: 0, out: [3, 2] as [number, number] },
    { stride: 1, dilation: 2, pad: "valid" as const, before: 0, out: [3, 2] as [number, number] },
  ])("is the sum of products: stride $stride, dilation $dilation, pad $pad", (how) => {
    const [x, w] = [normal([2, 7, 6, 3], 14) as tf.Tensor4D, normal([3, 3, 3, 5], 15) as tf.Tensor4D];
    const received = tf.conv2d(x, w, how.stride, how.pad, "NHWC", how.dilation);
    const expected = tf.tensor(convolved(x, w, how));
    expect(received.shape).toEqual(expected.shape);
    expect(tf.max(tf.abs(tf.sub(received, expected))).dataSync()[0]).toBeLessThan(1e-4);
  });
});
