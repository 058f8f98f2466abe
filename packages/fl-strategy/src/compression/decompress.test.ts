import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompress } from "./decompress.js";

const floats = (...list: number[]) => Float32Array.from(list);
const topk = (indices: number[], values: number[]) => ({
  kind: "topk",
  indices: Uint32Array.from(indices),
  values: floats(...values),
});
const int8 = (changes: object = {}) => ({
  kind: "int8",
  blockSize: 2,
  scales: floats(1, 2),
  levels: Int8Array.of(1, -127, 127, 0),
  ...changes,
});

const bad: [string, unknown, string, string][] = [
  ["nothing", undefined, "wrong_form", "update: expected a compressed update, got undefined"],
  ["text", "topk", "wrong_form", 'update: expected a compressed update, got "topk"'],
  [
    "another kind",
    { kind: "zip" },
    "wrong_form",
    'kind: expected one of none, topk, int8, float16, got "zip"',
  ],
  ["an inherited kind", { kind: "constructor" }, "wrong_form", "kind: expected one of none, topk"],
  ["no values", { kind: "none" }, "wrong_form", "values: expected Float32Array, got undefined"],
  ["a list", { kind: "none", values: [1, 2, 3, 4] }, "wrong_form", "expected Float32Array, got Array"],
  [
    "another dtype",
    { kind: "none", values: new Float64Array(4) },
    "wrong_form",
    "values: expected Float32Array, got Float64Array",
  ],
  ["too short", { kind: "none", values: floats(1) }, "wrong_length", "values: expected 4 elements, got 1"],
  [
    "NaN",
    { kind: "none", values: floats(1, 2, NaN, 4) },
    "not_finite",
    "values[2]: expected a finite number",
  ],
  [
    "1e30",
    { kind: "none", values: floats(1, 2, -1e30, 4) },
    "too_large",
    "values[2]: expected at most 1000000000",
  ],
  ["an index out of range", topk([0, 4], [1, 2]), "wrong_index", "indices[1]: expected strictly increasing"],
  ["a huge index", topk([2 ** 32 - 1], [1]), "wrong_index", "below 4, here at least 0, got 4294967295"],
  [
    "an index twice",
    topk([1, 1], [1, 2]),
    "wrong_index",
    "indices[1]: expected strictly increasing indices below 4",
  ],
  ["falling indices", topk([2, 0], [1, 2]), "wrong_index", "here at least 3, got 0"],
  ["fewer values", topk([0, 1], [1]), "wrong_length", "values: expected 2 elements, got 1"],
  [
    "too many",
    topk([0, 1, 2, 3, 4], [1, 1, 1, 1, 1]),
    "wrong_length",
    "indices: expected at most 4 elements, got 5",
  ],
  [
    "an infinite value",
    topk([1], [Infinity]),
    "not_finite",
    "values[0]: expected a finite number, got Infinity",
  ],
  [
    "signed indices",
    { ...topk([1], [1]), indices: Int32Array.of(1) },
    "wrong_form",
    "indices: expected Uint32Array, got Int32Array",
  ],
  [
    "a negative scale",
    int8({ scales: floats(1, -1) }),
    "wrong_scale",
    "scales[1]: expected a finite number in [0,",
  ],
  [
    "a NaN scale",
    int8({ scales: floats(NaN, 1) }),
    "wrong_scale",
    "scales[0]: expected a finite number in [0,",
  ],
  ["an infinite scale", int8({ scales: floats(1, Infinity) }), "wrong_scale", "got Infinity"],
  [
    "a huge scale",
    int8({ scales: floats(1e8, 1) }),
    "wrong_scale",
    "scales[0]: expected a finite number in [0, 7874015",
  ],
  ["a missing scale", int8({ scales: floats(1) }), "wrong_length", "scales: expected 2 elements, got 1"],
  [
    "a missing level",
    int8({ levels: Int8Array.of(1) }),
    "wrong_length",
    "levels: expected 4 elements, got 1",
  ],
  [
    "level -128",
    int8({ levels: Int8Array.of(0, 0, 0, -128) }),
    "wrong_level",
    "levels[3]: expected an integer in [-127, 127], got -128",
  ],
  ["block size 0", int8({ blockSize: 0 }), "wrong_form", "blockSize: expected an integer >= 1, got 0"],
  ["block size NaN", int8({ blockSize: NaN }), "wrong_form", "blockSize: expected an integer >= 1, got NaN"],
  ["block size text", int8({ blockSize: "2" }), "wrong_form", 'blockSize: expected an integer >= 1, got "2"'],
  ["no halves", { kind: "float16", halves: {} }, "wrong_form", "halves: expected Uint16Array, got Object"],
  [
    "an infinite half",
    { kind: "float16", halves: Uint16Array.of(0, 0x7c00, 0, 0) },
    "not_finite",
    "values[1]: expected a finite number, got Infinity",
  ],
  [
    "a half too many",
    { kind: "float16", halves: new Uint16Array(5) },
    "wrong_length",
    "halves: expected 4 elements, got 5",
  ],
];

describe("decompress", () => {
  it("gives the values that each kind stands for", () => {
    const accepted = (compressed: unknown) => {
      const result = decompress(compressed, 4);
      return result.ok ? [...result.values] : result.refusal;
    };
    expect(accepted({ kind: "none", values: floats(1, 2, 3, 4) })).toEqual([1, 2, 3, 4]);
    expect(accepted(topk([1, 3], [5, -6]))).toEqual([0, 5, 0, -6]);
    expect(accepted(topk([], []))).toEqual([0, 0, 0, 0]);
    expect(accepted(int8())).toEqual([1, -127, 254, 0]);
    expect(accepted(int8({ blockSize: 10, scales: floats(0) }))).toEqual([0, -0, 0, 0]);
    expect(accepted({ kind: "float16", halves: Uint16Array.of(0x3c00, 0xc000, 0, 1) })).toEqual([
      1,
      -2,
      0,
      2 ** -24,
    ]);
  });

  it.each(bad)("refuses %s", (_what, compressed, code, message) => {
    expect(decompress(compressed, 4)).toEqual({
      ok: false,
      refusal: { code, message: expect.stringContaining(message) },
    });
  });

  it("takes the bound from its options", () => {
    const compressed = { kind: "none", values: floats(3, -4) };
    expect(decompress(compressed, 2, { maxMagnitude: 4 }).ok).toBe(true);
    expect(decompress(compressed, 2, { maxMagnitude: 3.5 })).toMatchObject({
      refusal: { code: "too_large", message: "values[1]: expected at most 3.5 in magnitude, got -4" },
    });
    expect(decompress({ kind: "none", values: floats(1, Infinity) }, 2, { maxMagnitude: Infinity }).ok).toBe(
      false,
    );
  });

  it("never throws and never lets a value through that is not within the bound", () => {
    const word = fc.oneof(fc.anything(), fc.float32Array({ maxLength: 4 }), fc.uint32Array({ maxLength: 4 }));
    const anyField = fc.oneof(
      word,
      fc.int8Array({ maxLength: 4 }),
      fc.uint16Array({ maxLength: 4 }),
      fc.integer({ min: -1, max: 5 }),
    );
    const anyUpdate = fc.record({
      kind: fc.constantFrom("none", "topk", "int8", "float16", undefined),
      values: anyField,
      indices: anyField,
      blockSize: anyField,
      scales: anyField,
      levels: anyField,
      halves: anyField,
    });
    fc.assert(
      fc.property(anyUpdate, (update) => {
        const result = decompress(update, 3);
        if (!result.ok) return;
        expect(result.values.length).toBe(3);
        expect(result.values.every((value) => Math.abs(value) <= 1e9)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
