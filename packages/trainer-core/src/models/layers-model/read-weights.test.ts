import { expect, it } from "vitest";
import { dense, manifest, refusalOf, sequential } from "./testing-topologies.js";

it.each([
  ["none", [], "invalid_weights: weights: file: expected 0 bytes, got 8"],
  [
    "no manifest",
    null,
    "invalid_model: model.json: weightsManifest: expected a list of at most 20000, got null",
  ],
  [
    "another shape",
    [{ weights: [{ name: "d/kernel", shape: [2], dtype: "float32" }] }],
    "invalid_weights: weights: d/kernel: expected shape [1, 1], got [2]",
  ],
  [
    "too few",
    [
      {
        weights: [
          { name: "d/kernel", shape: [1, 1], dtype: "float32" },
          { name: "b", shape: [1], dtype: "int32" },
        ],
      },
    ],
    "invalid_weights: weights: d/bias: expected shape [1], got nothing",
  ],
  [
    "a tensor twice",
    [...manifest, ...manifest],
    "invalid_weights: weights: d/kernel: expected bytes up to 12, got 8",
  ],
  [
    "an empty tensor twice",
    [{ weights: Array(2).fill({ name: "e", shape: [0], dtype: "float32" }) }],
    "invalid_weights: weights: e: expected a tensor that is there once, got twice",
  ],
  [
    "a huge one",
    [{ weights: [{ name: "d/kernel", shape: [9e15, 9e15], dtype: "float32" }] }],
    "invalid_weights: weights: d/kernel: expected bytes up to 3.24e+32, got 8",
  ],
  [
    "a negative one",
    [{ weights: [{ name: "d/kernel", shape: [-1], dtype: "float32" }] }],
    "invalid_weights: weights: d/kernel: shape: expected integers >= 0, got [-1]",
  ],
  [
    "text",
    [{ weights: [{ name: "d/kernel", shape: [1, 1], dtype: "string" }] }],
    'model_unsupported: model.json: weights "d/kernel": dtype: expected one of float32, int32, bool, uint8, uint16, float16, got "string"',
  ],
])("refuses weights: %s", (_, weightsManifest, message) => {
  expect(refusalOf(sequential(dense), weightsManifest)).toBe(message);
});

it("refuses weights that are no numbers, and takes those that are", () => {
  const bytes = new Uint8Array(Float32Array.of(1, Number.NaN).buffer);
  expect(refusalOf(sequential(dense), manifest, bytes)).toBe(
    "invalid_weights: weights: d/bias[0]: expected a finite number, got NaN",
  );
  expect(refusalOf(sequential(dense))).toBe("none");
});
