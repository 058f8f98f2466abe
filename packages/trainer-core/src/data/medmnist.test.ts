import { describe, expect, it } from "vitest";
import { parseMedMnist } from "./medmnist.js";
import { type NpyFixture, npz, smallArrays } from "./testing-npz.js";

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
    expect(dataset.train.features.length).toBe(4 * 30);
    expect(dataset.train.features[2]).toBe(Math.fround(14 / 255));
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
    expect(dataset.train.features.length).toBe(4 * 90);
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
      "small.npz: train_images: expected dtype uint8 (|u1), got <f4",
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
      "several labels per image",
      "train_labels",
      { shape: [4, 14] },
      "expected shape (4, 1), one label per image, got (4, 14)",
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
      "expected dtype uint8 (|u1), got |O",
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

  it("refuses more than the limit before it decompresses anything", () => {
    expect(() => parse(npz(smallArrays()), { maxBytes: 500 })).toThrow(
      /small.npz: expected at most 500 bytes of arrays, got \d+ declared/,
    );
  });
});
