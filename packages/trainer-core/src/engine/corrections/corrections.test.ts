import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { gradientError } from "../finite-differences.js";
import { openBackend } from "../open-backend.js";

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

/** Distinct values of both signs, further apart than a finite difference moves them. */
function distinct(shape: number[], offset: number): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => ((i * 7919) % size) * 0.1 + offset),
    shape,
  );
}

// What the backends of TensorFlow.js 4.22 ship for these is wrong; see the kernels for how.
describe.each(["cpu", "wasm"] as const)("on %s", (engine) => {
  it.each([
    { size: 3, strides: 2 },
    { size: 2, strides: 3 },
    { size: 4, strides: 1 },
  ])(
    "average pooling of $size by $strides with padding has the right gradient",
    async ({ size, strides }) => {
      (await openBackend(engine)).use();
      const f = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, size, strides, "same");
      expect(gradientError({ f, x: normal([2, 5, 7, 2], 1), step: 0.5 })).toBeLessThan(1e-4);
    },
  );

  it.each([
    { alignCorners: false, halfPixelCenters: false },
    { alignCorners: true, halfPixelCenters: false },
  ])("nearest-neighbour resizing of several images has the right gradient: %o", async (how) => {
    (await openBackend(engine)).use();
    const { alignCorners, halfPixelCenters } = how;
    for (const size of [
      [6, 8],
      [7, 3],
    ] as [number, number][]) {
      const f = (x: tf.Tensor) =>
        tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, alignCorners, halfPixelCenters);
      expect(gradientError({ f, x: normal([3, 3, 4, 2], 2), step: 0.5 })).toBeLessThan(1e-4);
    }
  });

  it.each([0, -100])("max pooling of volumes is right, also of values from %d on", async (offset) => {
    (await openBackend(engine)).use();
    const x = distinct([1, 3, 4, 5, 2], offset) as tf.Tensor5D;
    for (const pad of ["valid", "same"] as const) {
      const f = (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, [1, 2, 2], pad);
      expect(Math.min(...f(x).dataSync())).toBeGreaterThanOrEqual(offset);
      if (offset < 0) expect(Math.max(...f(x).dataSync())).toBeLessThan(0);
      expect(gradientError({ f, x })).toBeLessThan(offset ? 0.02 : 1e-3);
    }
  });

  it("conv3d has the right gradients", async () => {
    (await openBackend(engine)).use();
    const [x, w] = [normal([2, 4, 3, 5, 2], 3) as tf.Tensor5D, normal([3, 2, 3, 2, 2], 4) as tf.Tensor5D];
    for (const [strides, pad] of [
      [1, "same"],
      [2, "valid"],
      [2, "same"],
    ] as const) {
      const ofInput = (x: tf.Tensor) => tf.conv3d(x as tf.Tensor5D, w, strides, pad);
      const ofFilter = (w: tf.Tensor) => tf.conv3d(x, w as tf.Tensor5D, strides, pad);
      expect(gradientError({ f: ofInput, x, step: 0.5 })).toBeLessThan(1e-4);
      expect(gradientError({ f: ofFilter, x: w, step: 0.5 })).toBeLessThan(1e-4);
    }
  });

  it("dilation is the largest sum, also where all are negative", async () => {
    (await openBackend(engine)).use();
    const x = tf.tensor4d([-9, -8, -7, -6, -5, -4, -3, -2, -1], [1, 3, 3, 1]);
    const filter = tf.tensor3d([0, -0.5, -1, -10], [2, 2, 1]);
    expect([...tf.dilation2d(x, filter, 1, "valid").dataSync()]).toEqual([-7, -6, -4, -3]);
    // Beside the image there is nothing, rather than zeros.
    expect([...tf.dilation2d(x, filter, 2, "same").dataSync()]).toEqual([-7, -5, -2.5, -1]);
  });
});
