import { describe, expect, it } from "vitest";
import { decodeSafetensors, type SafetensorsLimits } from "./safetensors.js";
import { bytes, entry, fileOf } from "./testing-safetensors.js";

function refusalOf(file: Uint8Array, limits?: SafetensorsLimits): string {
  const decoded = decodeSafetensors(file, limits);
  return decoded.ok ? "none" : `${decoded.error.code}: ${decoded.error.message}`;
}

describe("header", () => {
  it.each([
    ["too short", bytes(7), "invalid_data: weights: header: expected at least 8 bytes, received 7"],
    [
      "a header of 2^64 - 1",
      new Uint8Array(8).fill(255),
      "too_large: header: expected at most 16777216 bytes, received 18446744073709551615",
    ],
    [
      "a header past the end",
      fileOf({}).subarray(0, 9),
      "invalid_data: weights: header: expected 2 bytes, as its first 8 say, received 1",
    ],
    [
      "no header",
      bytes(8),
      'invalid_data: weights: header: expected a JSON object that begins with "{", received byte undefined',
    ],
    [
      "an array",
      fileOf("[]"),
      'invalid_data: weights: header: expected a JSON object that begins with "{", received byte 91',
    ],
    ["half an object", fileOf('{"a":'), "invalid_json: header: expected JSON in UTF-8"],
    [
      "no UTF-8",
      Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff),
      "invalid_json: header: expected JSON in UTF-8",
    ],
    ["a bomb", fileOf(`{"a":${"[".repeat(1e5)}`), "invalid_json: header: expected JSON in UTF-8"],
    [
      "a name twice",
      fileOf(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        bytes(1),
      ),
      "invalid_data: weights: header: expected each name and each field once, received some twice",
    ],
    [
      "an escaped name twice",
      fileOf(
        '{"a:\\"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a\\u003a\\"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        bytes(1),
      ),
      "invalid_data: weights: header: expected each name and each field once, received some twice",
    ],
    [
      "a field twice",
      fileOf('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', bytes(1)),
      "invalid_data: weights: header: expected each name and each field once, received some twice",
    ],
    [
      "no fields",
      fileOf({ a: 1 }),
      'invalid_data: weights: tensor "a": expected dtype, shape and data_offsets, received 1',
    ],
    [
      "another field",
      fileOf({ a: entry(0, 0, { order: "F" }) }),
      'invalid_data: weights: tensor "a": expected dtype, shape and data_offsets, received {"dtype":"U8","shape":[0],"data_offsets":[0,0],"order":"F"}',
    ],
    [
      "an unknown type",
      fileOf({ a: entry(0, 0, { dtype: "F4" }) }),
      'invalid_data: weights: tensor "a": dtype: expected one of BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64, received "F4"',
    ],
    [
      "a type from a prototype",
      fileOf({ a: entry(0, 0, { dtype: "toString" }) }),
      'invalid_data: weights: tensor "a": dtype: expected one of BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64, received "toString"',
    ],
    [
      "a negative axis",
      fileOf({ a: entry(0, 0, { shape: [-1, 0] }) }),
      'invalid_data: weights: tensor "a": shape: expected at most 16 integers >= 0, received [-1,0]',
    ],
    [
      "half an axis",
      fileOf({ a: entry(0, 0, { shape: [0.5, 0] }) }),
      'invalid_data: weights: tensor "a": shape: expected at most 16 integers >= 0, received [0.5,0]',
    ],
    [
      "many axes",
      fileOf({ a: entry(0, 1, { shape: Array(17).fill(1) }) }, bytes(1)),
      'invalid_data: weights: tensor "a": shape: expected at most 16 integers >= 0, received [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]',
    ],
    [
      "an endless axis",
      fileOf('{"a":{"dtype":"U8","shape":[1e400],"data_offsets":[0,0]}}'),
      'invalid_data: weights: tensor "a": shape: expected at most 16 integers >= 0, received [null]',
    ],
    [
      "huge axes",
      fileOf({ a: entry(0, 0, { shape: Array(16).fill(2 ** 53 - 1) }) }),
      'invalid_data: weights: tensor "a": data_offsets: expected 1.876879207201171',
    ],
    [
      "offsets beyond the data",
      fileOf({ a: entry(0, 2) }, bytes(1)),
      "invalid_data: weights: data: expected 2 bytes, as the header says, received 1",
    ],
    [
      "data that nothing describes",
      fileOf({ a: entry(0, 1) }, bytes(2)),
      "invalid_data: weights: data: expected 1 bytes, as the header says, received 2",
    ],
    [
      "an overlap",
      fileOf({ a: entry(0, 2), b: entry(1, 3) }, bytes(3)),
      'invalid_data: weights: tensor "b": data_offsets: expected to begin at 2, where the one before it ends, received 1',
    ],
    [
      "a gap",
      fileOf({ a: entry(0, 1), b: entry(2, 3) }, bytes(3)),
      'invalid_data: weights: tensor "b": data_offsets: expected to begin at 1, where the one before it ends, received 2',
    ],
    [
      "an end before the begin",
      fileOf({ a: entry(1, 0, { shape: [1] }) }, bytes(1)),
      'invalid_data: weights: tensor "a": data_offsets: expected 1 bytes for U8 [1], received -1',
    ],
    [
      "three offsets",
      fileOf({ a: entry(0, 1, { data_offsets: [0, 1, 1] }) }, bytes(1)),
      'invalid_data: weights: tensor "a": data_offsets: expected [begin, end], integers >= 0, received [0,1,1]',
    ],
    [
      "metadata that is no text",
      fileOf({ __metadata__: { a: 1 } }),
      'invalid_data: weights: __metadata__: expected an object of strings, received {"a":1}',
    ],
    [
      "a list as metadata",
      fileOf({ __metadata__: [] }),
      "invalid_data: weights: __metadata__: expected an object of strings, received []",
    ],
  ])("refuses %s", (_, file, message) => {
    expect(refusalOf(file).slice(0, message.length)).toBe(message);
  });

  it("keeps to its limits", () => {
    const file = fileOf({ a: entry(0, 0), b: entry(0, 0) });
    expect(refusalOf(file)).toBe("none");
    expect(refusalOf(file, { maxTensors: 1 })).toBe(
      "too_large: header: expected at most 1 tensors, received 2",
    );
    expect(refusalOf(file, { maxHeaderBytes: 9 })).toContain("too_large: header: expected at most 9 bytes");
    expect(refusalOf(file, { maxBytes: 9 })).toContain("too_large: weights: expected at most 9 bytes");
    const long = "n".repeat(1_025);
    expect(refusalOf(fileOf({ [long]: entry(0, 0) }))).toContain("a name of at most 1024 characters");
  });
});
