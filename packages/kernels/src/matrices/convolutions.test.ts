import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { canRunMatrixKernels, type MatrixKernelVariant } from "./open-matrix-kernels.js";
import {
  createProductRunner,
  eachTap,
  type Geometry,
  relativeError,
  sizesOf,
  testNumbers,
} from "./testing-products.js";

// Node before 22 has relaxed SIMD only behind a flag.
if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");

const PLAIN: Geometry = {
  batch: 2,
  height: 7,
  width: 9,
  channels: 3,
  filter: [3, 3],
  stride: [1, 1],
  padding: "same",
  out: 8,
};

const CASES: Geometry[] = [
  ...[1, 3, 4, 5, 8, 9, 17].flatMap((channels) =>
    [1, 3, 8, 10, 17].flatMap((out) =>
      (["same", "valid"] as const).map((padding) => ({ ...PLAIN, channels, out, padding })),
    ),
  ),
  ...[1, 2, 3].flatMap((stride) =>
    [1, 2, 3, 5].flatMap((filter) =>
      (["same", "valid"] as const).map(
        (padding): Geometry => ({
          ...PLAIN,
          height: 11,
          width: 8,
          filter: [filter, filter],
          stride: [stride, stride],
          padding,
        }),
      ),
    ),
  ),
  { ...PLAIN, filter: [1, 4], stride: [2, 1], channels: 5 },
  { ...PLAIN, filter: [4, 1], stride: [1, 3], channels: 2 },
  { ...PLAIN, filter: [3, 3], padding: [0, 2, 1, 0] },
  { ...PLAIN, filter: [2, 2], stride: [2, 2], padding: [3, 3, 3, 3] },
  { ...PLAIN, height: 3, width: 3, padding: "valid" },
  { ...PLAIN, height: 1, width: 1 },
  { ...PLAIN, filter: [7, 9], padding: "valid", out: 5 },
];

/** Enough channels for the fast algorithm for 3 x 3 filters. */
const WIDE: Geometry[] = [
  { ...PLAIN, channels: 16, out: 16 },
  { ...PLAIN, channels: 32, out: 32, height: 32, width: 32, batch: 1 },
  { ...PLAIN, channels: 32, out: 64, height: 16, width: 16, batch: 3 },
  { ...PLAIN, channels: 20, out: 36, padding: "valid" },
  { ...PLAIN, channels: 17, out: 19, height: 5, width: 5, batch: 1 },
  { ...PLAIN, channels: 64, out: 33, height: 8, width: 13, padding: [0, 2, 1, 0] },
  { ...PLAIN, channels: 48, out: 16, height: 3, width: 3, padding: "valid" },
  { ...PLAIN, channels: 40, out: 24, height: 33, width: 31, padding: [2, 2, 2, 2] },
];

const KERNELS = {
  full: ["conv2d", "conv2dFilterGradient", "conv2dInputGradient", "conv2dScratch"],
  depthwise: ["depthwiseConv2d", "depthwiseFilterGradient", "depthwiseInputGradient", "depthwiseScratch"],
} as const;

function numbersOf(geometry: Geometry, kind: keyof typeof KERNELS) {
  const [batch, height, width, channels, fh, fw, , , , , outHeight, outWidth, out] = sizesOf(geometry);
  const outChannels = kind === "full" ? out : out * channels;
  return {
    outChannels,
    x: testNumbers(batch * height * width * channels, 1),
    w: testNumbers(fh * fw * channels * out, 2),
    dy: testNumbers(batch * outHeight * outWidth * outChannels, 3),
    bias: testNumbers(outChannels, 4),
  };
}

for (const variant of ["SIMD", "relaxed SIMD"] satisfies MatrixKernelVariant[]) {
  describe.skipIf(!canRunMatrixKernels(variant))(variant, () => {
    let opened: ReturnType<typeof createProductRunner> | undefined;
    const runner = () => {
      opened ??= createProductRunner(variant);
      return opened;
    };

    function forward(
      kind: keyof typeof KERNELS,
      geometry: Geometry,
      [x, w, bias, activation]: [Float32Array, Float32Array, Float32Array | undefined, number],
    ): Float32Array {
      const sizes = sizesOf(geometry);
      const [batch, , , channels, , , , , , , outHeight, outWidth, out] = sizes;
      return runner().run({
        operands: [x, w, bias ?? new Float32Array(1)],
        size: batch * outHeight * outWidth * (kind === "full" ? out : out * channels),
        scratchBytes: runner().kernels[KERNELS[kind][3]](0, ...sizes),
        call(kernels, { out, at: [x = 0, w = 0, at = 0], scratch }) {
          kernels[KERNELS[kind][0]](out, x, w, bias ? at : 0, activation, ...sizes, scratch);
        },
      });
    }

    function gradient(
      kind: keyof typeof KERNELS,
      of: 1 | 2,
      [geometry, size, ...operands]: [Geometry, number, Float32Array, Float32Array],
    ): Float32Array {
      const sizes = sizesOf(geometry);
      return runner().run({
        operands,
        size,
        scratchBytes: runner().kernels[KERNELS[kind][3]](of, ...sizes),
        call(kernels, { out, at: [first = 0, second = 0], scratch }) {
          kernels[KERNELS[kind][of]](out, first, second, ...sizes, scratch);
        },
      });
    }

    function check(kind: keyof typeof KERNELS, geometry: Geometry, bound: number): void {
      const { x, w, dy, bias, outChannels } = numbersOf(geometry, kind);
      const at = JSON.stringify(geometry);
      const y = new Float64Array(dy.length);
      const dx = new Float64Array(x.length);
      const dw = new Float64Array(w.length);
      eachTap(geometry, kind === "depthwise", (i, j, l) => {
        y[i]! += x[j]! * w[l]!;
        dx[j]! += dy[i]! * w[l]!;
        dw[l]! += dy[i]! * x[j]!;
      });
      expect(relativeError(forward(kind, geometry, [x, w, undefined, 0]), y), at).toBeLessThan(bound);
      const biased = y.map((value, i) => Math.max(0, value + bias[i % outChannels]!));
      expect(relativeError(forward(kind, geometry, [x, w, bias, 1]), biased), at).toBeLessThan(bound);
      const clipped = biased.map((value) => Math.min(6, value));
      expect(relativeError(forward(kind, geometry, [x, w, bias, 2]), clipped), at).toBeLessThan(bound);
      const toFilter = gradient(kind, 1, [geometry, w.length, x, dy]);
      expect(relativeError(toFilter, dw), `filter gradient, ${at}`).toBeLessThan(bound);
      const toInput = gradient(kind, 2, [geometry, x.length, dy, w]);
      expect(relativeError(toInput, dx), `input gradient, ${at}`).toBeLessThan(bound);
    }

    it("convolves and gives both gradients, at every edge and stride", () => {
      for (const geometry of CASES) check("full", geometry, 2e-6);
    });

    it("does so with many channels", () => {
      for (const geometry of WIDE) check("full", geometry, 3e-6);
    });

    it("convolves channel by channel and gives both gradients", () => {
      for (const geometry of CASES) check("depthwise", { ...geometry, out: geometry.out % 4 || 1 }, 2e-6);
      check("depthwise", { ...PLAIN, channels: 32, out: 1, height: 16, width: 16 }, 2e-6);
    });

    it("counts the numbers under the filter when all are 1", () => {
      const ones = (size: number) => new Float32Array(size).fill(1);
      const geometry: Geometry = { ...PLAIN, batch: 1, height: 4, width: 4, channels: 32, out: 32 };
      const y = forward("full", geometry, [ones(16 * 32), ones(9 * 32 * 32), undefined, 0]);
      const counts = [4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4];
      expect(y).toEqual(Float32Array.from({ length: 16 * 32 }, (_, i) => 32 * counts[i >> 5]!));
    });

    it.each<["full" | "depthwise", Geometry]>([
      ["full", { ...PLAIN, batch: 5 }],
      ["full", { ...PLAIN, batch: 5, channels: 32, out: 32, height: 13, width: 11 }],
      ["full", { ...PLAIN, batch: 5, stride: [2, 2] }],
      ["depthwise", { ...PLAIN, batch: 5, out: 2 }],
    ])("gives an image the same bits alone and among others (%s, %o)", (kind, geometry) => {
      const { x, w, dy, bias } = numbersOf(geometry, kind);
      const all = forward(kind, geometry, [x, w, bias, 0]);
      const gradients = gradient(kind, 2, [geometry, x.length, dy, w]);
      const part = (values: Float32Array, i: number) =>
        values.slice((i * values.length) / 5, ((i + 1) * values.length) / 5);
      for (let i = 0; i < 5; i += 1) {
        const one = { ...geometry, batch: 1 };
        expect(forward(kind, one, [part(x, i), w, bias, 0])).toEqual(part(all, i));
        const alone = gradient(kind, 2, [one, x.length / 5, part(dy, i), w]);
        expect(alone).toEqual(part(gradients, i));
      }
    });
  });
}
