import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeState, encodeState } from "./encode-state.js";

const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.float32Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }),
  fc.int8Array({ maxLength: 5 }),
  fc.uint32Array({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 5 }),
);
const key = fc.string().filter((name) => !name.startsWith("$") && name !== "__proto__");
const { state } = fc.letrec((tie) => ({
  state: fc.oneof(
    leaf,
    fc.array(tie("state"), { maxLength: 4 }),
    fc.dictionary(key, tie("state"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe("encodeState", () => {
  it("gives every state back, to the last bit", () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(decodeState(encodeState(value))).toEqual(value);
      }),
    );
  });

  it("names what it cannot keep", () => {
    expect(() => encodeState({ a: [1, () => 1] })).toThrow(
      "state: state.a[1]: expected plain data or a typed array, got function",
    );
    expect(() => encodeState({ $number: 1 })).toThrow('got "$number"');
    expect(() => encodeState(new Map())).toThrow("got object");
  });

  it("refuses bytes that are cut off, changed or something else", () => {
    const bytes = encodeState({ m: Float64Array.of(1, 2, 3), round: 7 });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeState(bytes.subarray(0, length)), `${length} bytes`).toThrow("state: expected");
    }
    expect(() => decodeState(bytes.with(3, 2))).toThrow("expected bytes that start with FLS and version 1");
    expect(() => decodeState(bytes.with(8, 0xff))).toThrow("expected JSON, got other text");
    const other = Uint8Array.from('{"$array":["constructor",0,1]}', (char) => char.charCodeAt(0));
    expect(() =>
      decodeState(Uint8Array.of(0x46, 0x4c, 0x53, 1, other.length, 0, 0, 0, ...other, 0, 0)),
    ).toThrow("expected a typed array");
  });

  it("reads bytes that start anywhere in memory", () => {
    const bytes = encodeState({ m: Float64Array.of(1, 2) });
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeState(moved.subarray(3))).toEqual({ m: Float64Array.of(1, 2) });
  });
});
