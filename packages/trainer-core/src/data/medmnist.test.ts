import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMedMnist } from "./medmnist.js";
import { medMnistSets } from "./medmnist-sets.js";
import { type NpyFixture, npz, smallArrays } from "./testing-npz.js";
import { valuesOf } from "./testing-samples.js";

const parse = (bytes: Uint8Array, options: { name?: string; maxBytes?: number } = {}) =>
  parseMedMnist(bytes, { file: "small.npz", name: "small", ...options });

/** A small file in which one array is replaced. */
const withArray = (name: string, change: NpyFixture | undefined): Uint8Array => {
  const arrays = smallArrays();
  if (change) arrays[name] = change;
  else delete arrays[name];
  return npz(arrays);
};

describe("parseMedMnist", () => {
  it.each([0, 6] as const)("reads grey images and labels, stored or deflated (level %i)", (level) => {
    const dataset = parse(npz(smallArrays(), { level }));
    expect(dataset.sampleShape).toEqual([5, 6, 1]);
    expect([dataset.train, dataset.val, dataset.test].map(({ numSamples }) => numSamples)).toEqual([4, 2, 3]);
    expect([...dataset.test.labels]).toEqual([0, 1, 0]);
    expect(valuesOf(dataset.train)).toEqual(smallArrays().train_images?.data);
    expect(dataset).toMatchObject({ synthetic: false, name: "small", classNames: ["class 0", "class 1"] });
  });

  it("reads colour images, and labels without a second dimension", () => {
    const arrays = smallArrays();
    for (const [name, array] of Object.entries(arrays)) {
      arrays[name] = name.endsWith("_images")
        ? { shape: [...array.shape, 3], version: 2 }
        : { ...array, shape: [array.shape[0] as number] };
    }
    const dataset = parse(npz(arrays));
    expect(dataset.sampleShape).toEqual([5, 6, 3]);
    expect(valuesOf(dataset.train)).toHaveLength(4 * 90);
  });

  it.each<[string, string, NpyFixture | undefined, string]>([
    [
      "a missing array",
      "val_labels",
      undefined,
      "small.npz: expected an array val_labels.npy, got train_images.npy, train_labels.npy, val_images.npy, " +
        "test_images.npy, test_labels.npy",
    ],
    [
      "another dtype",
      "train_images",
      { shape: [4, 5, 6], descr: "<f4", data: new Uint8Array(480) },
      "small.npz: train_images: expected dtype uint8 (|u1) or another little-endian integer, got <f4",
    ],
    [
      "Fortran order",
      "test_images",
      { shape: [3, 5, 6], order: "True" },
      "small.npz: test_images: expected C order, got Fortran order",
    ],
    [
      "a flat image array",
      "train_images",
      { shape: [120] },
      "small.npz: train_images: expected shape (N, H, W) or (N, H, W, 3), got (120)",
    ],
    [
      "three-dimensional images",
      "train_images",
      { shape: [4, 5, 6, 7] },
      "expected shape (N, H, W) or (N, H, W, 3), got (4, 5, 6, 7)",
    ],
    [
      "images of another size in another split",
      "val_images",
      { shape: [2, 5, 5] },
      "small.npz: val_images: expected shape (N, 5, 6) as in train_images, got (2, 5, 5)",
    ],
    [
      "no image",
      "val_images",
      { shape: [0, 5, 6] },
      "small.npz: val_images: expected at least one image, got none",
    ],
    [
      "fewer labels than images",
      "train_labels",
      { shape: [3, 1] },
      "small.npz: train_labels: expected shape (4, 1), one label per image, got (3, 1)",
    ],
    [
      "images of wide integers",
      "val_images",
      { shape: [2, 5, 6], descr: "<u2", data: new Uint8Array(120) },
      "small.npz: val_images: expected dtype uint8 (|u1), got <u2",
    ],
    [
      "labels in another number of columns than in training",
      "train_labels",
      { shape: [4, 14] },
      "small.npz: val_labels: expected shape (2, 14), 14 labels per image, got (2, 1)",
    ],
    [
      "a label that is no byte",
      "val_labels",
      {
        shape: [2, 1],
        descr: "<i8",
        data: Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, ...new Array(8).fill(255)]),
      },
      "small.npz: val_labels: expected integers in [0, 255], got -1 at index 1",
    ],
    [
      "labels of real numbers",
      "val_labels",
      { shape: [2, 1], descr: "<f4", data: new Uint8Array(8) },
      "small.npz: val_labels: expected dtype uint8 (|u1) or another little-endian integer, got <f4",
    ],
    [
      "a label out of range",
      "test_labels",
      { shape: [3, 1], data: Uint8Array.of(0, 1, 2) },
      "small.npz: test_labels: expected labels in [0, 1], got 2 at index 2",
    ],
    [
      "less data than the shape says",
      "test_images",
      { shape: [3, 5, 6], data: new Uint8Array(89) },
      "small.npz: test_images: expected 90 bytes for shape (3, 5, 6), got 89",
    ],
    [
      "a huge shape",
      "test_images",
      { shape: [4e9, 4e9], data: new Uint8Array(9) },
      "expected 16000000000000000000 bytes for shape",
    ],
    [
      "no header",
      "test_images",
      { shape: [1], header: "nonsense" },
      'expected a header with descr, fortran_order and shape, got "nonsense"',
    ],
    [
      "an object array",
      "test_images",
      { shape: [3, 5, 6], descr: "|O" },
      "expected dtype uint8 (|u1) or another little-endian integer, got |O",
    ],
    [
      "an unknown version",
      "test_images",
      { shape: [3, 5, 6], version: 9 },
      "expected .npy version 1 to 3, got 9",
    ],
  ])("refuses %s by name", (_what, array, change, message) => {
    expect(() => parse(withArray(array, change))).toThrow(message);
    expect(() => parse(withArray(array, change))).toThrow(expect.objectContaining({ code: "invalid_data" }));
  });

  it("holds known sets to their classes", () => {
    const arrays = smallArrays();
    arrays.train_labels = { shape: [4, 1], data: Uint8Array.of(0, 1, 2, 0) };
    expect(() => parse(npz(arrays), { name: "pneumoniamnist" })).toThrow(
      "small.npz: train_labels: expected labels in [0, 1], got 2 at index 2",
    );
    expect(parse(npz(arrays)).classNames).toEqual(["class 0", "class 1", "class 2"]);
  });

  it.each(["|b1", "|i1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"])("reads labels of dtype %s", (descr) => {
    const arrays = smallArrays();
    for (const [name, count] of [
      ["train_labels", 4],
      ["val_labels", 2],
      ["test_labels", 3],
    ] as const) {
      const itemBytes = Number(descr[2]);
      const data = new Uint8Array(count * itemBytes);
      for (let i = 0; i < count; i += 1) data[i * itemBytes] = i % 2;
      arrays[name] = { shape: [count, 1], descr, data };
    }
    expect(parse(npz(arrays))).toEqual(parse(npz(smallArrays())));
  });

  it("reads several labels an image: targets, and whether there is any", () => {
    const arrays = smallArrays();
    const labelsOf = (rows: number[][]) => ({ shape: [rows.length, 14], data: Uint8Array.from(rows.flat()) });
    const row = (...set: number[]) => Array.from({ length: 14 }, (_, i) => Number(set.includes(i)));
    arrays.train_labels = labelsOf([row(), row(3), row(0, 13), row()]);
    arrays.val_labels = labelsOf([row(1), row()]);
    arrays.test_labels = labelsOf([row(), row(), row(2)]);
    for (const name of ["chestmnist", "chestmnist_64", "small"]) {
      const dataset = parse(npz(arrays), { name });
      expect(dataset.task).toBe("multi-label");
      expect(dataset.classNames).toHaveLength(14);
      expect([...dataset.train.labels]).toEqual([0, 1, 1, 0]);
      expect([...(dataset.val.targets as Float32Array)]).toEqual([...row(1), ...row()]);
    }
    expect(() => parse(npz(arrays), { name: "pneumoniamnist" })).toThrow(
      "small.npz: train_labels: expected shape (4, 1), one label per image, got (4, 14)",
    );
    expect(() => parse(npz(smallArrays()), { name: "chestmnist" })).toThrow(
      "small.npz: train_labels: expected shape (4, 14), 14 labels per image, got (4, 1)",
    );
    arrays.val_labels = labelsOf([row(1), [2, ...row().slice(1)]]);
    expect(() => parse(npz(arrays))).toThrow(
      "small.npz: val_labels: expected 0 or 1 for each label, got 2 at index 1",
    );
  });

  it("knows the twelve sets in all sizes", () => {
    expect([...medMnistSets].map(([name, { classNames }]) => [name, classNames.length])).toEqual([
      ["pathmnist", 9],
      ["chestmnist", 14],
      ["dermamnist", 7],
      ["octmnist", 4],
      ["pneumoniamnist", 2],
      ["retinamnist", 5],
      ["breastmnist", 2],
      ["bloodmnist", 8],
      ["tissuemnist", 8],
      ["organamnist", 11],
      ["organcmnist", 11],
      ["organsmnist", 11],
    ]);
    for (const side of [64, 128, 224]) {
      const dataset = parse(npz(smallArrays()), { name: `breastmnist_${side}` });
      expect(dataset).toMatchObject({
        title: `BreastMNIST: breast ultrasound, ${side}x${side}`,
        classNames: ["malignant", "normal or benign"],
      });
    }
    for (const name of ["constructor", "breastmnist_65", "__proto__"]) {
      expect(parse(npz(smallArrays()), { name }).classNames).toEqual(["class 0", "class 1"]);
    }
  });

  it("reads or refuses a file that is cut or damaged anywhere", () => {
    for (const level of [0, 6] as const) {
      const whole = npz(smallArrays(), { level });
      const expected = parse(whole);
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, flip) => {
          // A flip of nothing stands for a cut.
          const damaged = flip === 0 ? whole.slice(0, at) : whole.slice();
          if (flip !== 0) damaged[at]! ^= flip;
          try {
            expect(parse(damaged)).toEqual(expected);
          } catch (error) {
            expect(error).toMatchObject({ name: "TrainerError", code: "invalid_data" });
          }
        }),
        { numRuns: 400 },
      );
    }
  });

  it("refuses more than the limit before it decompresses anything", () => {
    expect(() => parse(npz(smallArrays()), { maxBytes: 500 })).toThrow(
      /small.npz: expected at most 500 bytes of arrays, got \d+ declared/,
    );
  });
});
