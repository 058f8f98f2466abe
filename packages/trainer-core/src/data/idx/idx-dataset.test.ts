import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { valuesOf } from "../testing-samples.js";
import { datasetFromIdx, type IdxOptions } from "./idx-dataset.js";
import { parseIdx } from "./parse-idx.js";

const data = process.env.FEDLOOM_DATA ?? join(import.meta.dirname, "../../../../../../shared/data");

/** An IDX file. */
const idx = (shape: readonly number[], content: ArrayLike<number>, type = 8): Uint8Array => {
  const bytes = new Uint8Array(4 + 4 * shape.length + content.length);
  bytes.set([0, 0, type, shape.length]);
  for (const [axis, size] of shape.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
  bytes.set(content, 4 + 4 * shape.length);
  return bytes;
};
const images = (count: number, first = 0) =>
  idx(
    [count, 2, 3],
    Array.from({ length: count * 6 }, (_, i) => (first + i) % 256),
  );
const labels = (count: number, first = 0) =>
  idx(
    [count],
    Array.from({ length: count }, (_, i) => first + (i % 2)),
  );

interface Files {
  trainImages: Uint8Array;
  trainLabels: Uint8Array;
  testImages: Uint8Array;
  testLabels: Uint8Array;
}
const files = (change: Partial<Files> = {}): Files => ({
  trainImages: images(20),
  trainLabels: labels(20),
  testImages: images(4, 120),
  testLabels: labels(4),
  ...change,
});
const parse = (change: Partial<Files> = {}, options: IdxOptions = {}) => {
  const named = Object.entries(files(change)).map(([file, bytes]) => [file, { file, bytes }] as const);
  return datasetFromIdx(Object.fromEntries(named) as unknown as Parameters<typeof datasetFromIdx>[0], {
    name: "small",
    seed: 1,
    ...options,
  });
};

describe("datasetFromIdx", () => {
  it("reads images and labels, gzipped or not, and draws the validation part by the seed", () => {
    const dataset = parse();
    expect(dataset).toMatchObject({
      name: "small",
      sampleShape: [2, 3, 1],
      classNames: ["class 0", "class 1"],
    });
    expect([dataset.train, dataset.val, dataset.test].map(({ numSamples }) => numSamples)).toEqual([
      18, 2, 4,
    ]);
    expect([...dataset.val.labels].sort()).toEqual([0, 1]);
    const firsts = [dataset.train, dataset.val].flatMap((samples) => [
      ...valuesOf(samples).filter((_, i) => i % 6 === 0),
    ]);
    expect(firsts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 6 * i));
    const zipped = Object.fromEntries(
      Object.entries(files()).map(([name, bytes]) => [name, gzipSync(bytes)]),
    );
    expect(parse(zipped)).toEqual(dataset);
    expect(parse({}, { valShare: 0.5 }).val.numSamples).toBe(10);
  });

  it("knows MNIST, Fashion-MNIST and EMNIST by name; EMNIST's images are turned upright, its letters start at 1", () => {
    expect(parse({}, { name: "Fashion_MNIST" }).classNames[9]).toBe("ankle boot");
    expect(parse({}, { name: "mnist" }).classNames).toHaveLength(10);
    for (const [part, numClasses] of [
      ["byclass", 62],
      ["bymerge", 47],
      ["balanced", 47],
      ["digits", 10],
      ["mnist", 10],
    ] as const) {
      expect(parse({}, { name: `emnist-${part}` }).classNames).toHaveLength(numClasses);
    }
    const letters = parse(
      { trainLabels: labels(20, 1), testLabels: labels(4, 1) },
      { name: "emnist-letters" },
    );
    expect(letters.classNames).toHaveLength(26);
    expect([...letters.test.labels]).toEqual([0, 1, 0, 1]);
    expect([...valuesOf(letters.test).subarray(0, 6)]).toEqual([120, 122, 124, 121, 123, 125]);
    expect(() => parse({}, { name: "emnist-letters" })).toThrow(
      "trainLabels: expected labels in [1, 26], got 0 at index 0",
    );
  });

  it.each<[string, Partial<Files>, IdxOptions, string]>([
    [
      "something else",
      { trainImages: new TextEncoder().encode("hello") },
      {},
      "trainImages: expected an IDX file, gzipped or not, got something else (5 bytes)",
    ],
    [
      "nothing",
      { trainImages: new Uint8Array(0) },
      {},
      "trainImages: expected an IDX file, gzipped or not, got something else (0 bytes)",
    ],
    [
      "another type",
      { trainImages: idx([20, 2, 3], [], 13) },
      {},
      "trainImages: expected IDX type 8 (uint8), got 13 (float32)",
    ],
    [
      "labels for images",
      { trainImages: labels(20) },
      {},
      "trainImages: expected 3 dimensions, as images have, got 1",
    ],
    [
      "images for labels",
      { testLabels: images(4) },
      {},
      "testLabels: expected 1 dimensions, as labels have, got 3",
    ],
    [
      "half a header",
      { trainImages: images(20).subarray(0, 9) },
      {},
      "trainImages: expected a header of 16 bytes, got the end of the file after 9",
    ],
    [
      "no image",
      { trainImages: idx([0, 2, 3], []) },
      {},
      "trainImages: expected at least one in each dimension, got (0, 2, 3)",
    ],
    [
      "a cut file",
      { trainImages: images(20).subarray(0, 100) },
      {},
      "trainImages: expected 136 bytes as its header declares, got 100: the file is truncated",
    ],
    [
      "more than is declared",
      { testImages: idx([4, 2, 3], new Uint8Array(25)) },
      {},
      "testImages: expected 40 bytes as its header declares, got 41",
    ],
    [
      "a huge declaration",
      { trainImages: idx([2 ** 31, 2 ** 31, 2 ** 31], []) },
      {},
      "trainImages: expected at most 536870912 bytes, got 9.903520314283042e+27",
    ],
    [
      "fewer labels than images",
      { trainLabels: labels(19) },
      {},
      "trainLabels: expected 20 labels, one for each image of trainImages, got 19",
    ],
    [
      "a label that training has not",
      { testLabels: labels(4, 1) },
      {},
      "testLabels: expected labels in [0, 1], got 2 at index 1",
    ],
    [
      "images of another size",
      { testImages: idx([4, 3, 2], new Uint8Array(24)) },
      {},
      "testImages: expected images of 2x3 as in trainImages, got 3x2",
    ],
    ["a bad share", {}, { valShare: 1 }, "valShare: expected a number in [0, 1), got 1"],
    [
      "no validation",
      {},
      { valShare: 0.001 },
      "expected enough to split them (valShare 0.001, testShare 0), got 20: none is left for val",
    ],
  ])("refuses %s by name", (_what, change, options, message) => {
    expect(() => parse(change, options)).toThrow(message);
    expect(() => parse(change, options)).toThrow(expect.objectContaining({ name: "TrainerError" }));
  });

  it("keeps no validation images where none are wanted", () => {
    const { train, val } = parse({}, { valShare: 0 });
    expect([train.numSamples, val.numSamples]).toEqual([20, 0]);
  });
});

describe("gzipped IDX files", () => {
  const parseImages = (bytes: Uint8Array, maxBytes = 1e9) =>
    parseIdx(bytes, { file: "x.gz", numDimensions: 3, maxBytes });

  it("cannot grow past what they declare", () => {
    const bomb = gzipSync(idx([1, 2, 3], new Uint8Array(16 * 2 ** 20)));
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => parseImages(bomb)).toThrow(
      "x.gz: expected 22 bytes as its content declares, got 16777232 in the gzip trailer",
    );
    const lying = bomb.slice();
    new DataView(lying.buffer).setUint32(lying.length - 4, 22, true);
    expect(() => parseImages(lying)).toThrow("x.gz: expected 22 bytes as declared, got more");
    const huge = gzipSync(idx([60_000, 28, 2800], new Uint8Array(99)));
    expect(() => parseImages(huge, 1e6)).toThrow(
      "x.gz: expected at most 1000000 bytes, got 4704000016 declared in its header",
    );
    const empty = gzipSync(idx([1, 1, 4e8], []));
    new DataView(empty.buffer, empty.byteOffset).setUint32(empty.length - 4, 400_000_016, true);
    expect(() => parseImages(empty)).toThrow("compressed bytes can hold, got 400000016");
  });

  it("are refused when cut or flipped at any byte, or read as they are", () => {
    const content = idx(
      [9, 4, 5],
      Uint8Array.from({ length: 180 }, (_, i) => (i * i) % 251),
    );
    for (const bytes of [gzipSync(content), gzipSync(content, { filename: "images" })]) {
      expect(parseImages(bytes).shape).toEqual([9, 4, 5]);
      const whole = parseImages(bytes).data;
      for (let length = 0; length < bytes.length; length += 1) {
        expect(() => parseImages(bytes.subarray(0, length))).toThrow(
          expect.objectContaining({ code: "invalid_data" }),
        );
      }
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const damaged = bytes.slice();
          damaged[at]! ^= flip;
          try {
            expect(parseImages(damaged).data).toEqual(whole);
          } catch (error) {
            expect(error).toMatchObject({ name: "TrainerError", code: "invalid_data" });
          }
        }),
        { numRuns: 500 },
      );
    }
  });

  it("are refused in copies of the real files that are cut or damaged", async () => {
    const real = await readFile(join(data, "mnist", "t10k-images-idx3-ubyte.gz"));
    expect(parseImages(real).shape).toEqual([10_000, 28, 28]);
    for (const length of [10, 100, 50_000, 1_000_000, real.length - 1]) {
      expect(() => parseImages(real.subarray(0, length))).toThrow(/^x\.gz: expected /);
    }
    const flipped = Uint8Array.from(real);
    flipped[700_000]! ^= 4;
    expect(() => parseImages(flipped)).toThrow(/^x\.gz: expected (CRC-32|deflated data|\d+ bytes)/);
  });
});
