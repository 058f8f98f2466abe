import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
import { entry, fileOf } from "./testing-safetensors.js";

function valuesOf(file: Uint8Array): Record<string, number[]> {
  const decoded = decodeSafetensors(file);
  if (!decoded.ok) throw decoded.error;
  return Object.fromEntries(
    Array.from(decoded.value.tensors, ([name, tensor]) => [name, [...tensor.toFloat32()]]),
  );
}

describe("encodeSafetensors", () => {
  it("writes the length, the header and the data as the format says", () => {
    const file = encodeSafetensors([{ name: "a", shape: [2], values: Float32Array.of(1, -2) }], { by: "me" });
    const header = '{"__metadata__":{"by":"me"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect(new DataView(file.buffer).getBigUint64(0, true)).toBe(88n);
    expect(String.fromCharCode(...file.subarray(8, 96))).toBe(header.padEnd(88));
    expect([...file.subarray(96)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it("gives back what it was given, in its order", () => {
    const name = fc.string().filter((text) => text !== "__metadata__");
    const tensor = fc.record({ name, values: fc.float32Array({ noNaN: true, maxLength: 9 }) });
    fc.assert(
      fc.property(
        fc.uniqueArray(tensor, { selector: (entry) => entry.name }),
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const file = encodeSafetensors(
            tensors.map(({ name, values }) => ({ name, shape: [values.length], values })),
            metadata,
          );
          const decoded = decodeSafetensors(file);
          if (!decoded.ok) throw decoded.error;
          expect({ ...decoded.value.metadata }).toEqual({ ...metadata });
          for (const { name, values } of tensors) {
            expect([...(decoded.value.tensors.get(name)?.toFloat32() ?? [])]).toEqual([...values]);
          }
          const filled = tensors.filter(({ values }) => values.length > 0).map(({ name }) => name);
          const names = [...decoded.value.tensors.values()].filter(({ bytes }) => bytes.length > 0);
          expect(names.map(({ name }) => name)).toEqual(filled);
        },
      ),
    );
  });

  it("refuses what no reader would take", () => {
    const values = new Float32Array(3);
    expect(() => encodeSafetensors([{ name: "a", shape: [2, 2], values }])).toThrow(
      'tensor "a": expected 4 values for [2, 2], received 3',
    );
    const twice = { name: "a", shape: [3], values };
    expect(() => encodeSafetensors([twice, twice])).toThrow(
      'tensor "a": expected a name that no other tensor has',
    );
    expect(() => encodeSafetensors([{ ...twice, name: "__metadata__" }])).toThrow("no other tensor");
  });
});

describe("decodeSafetensors", () => {
  it("copies nothing that is aligned, and copes with what is not", () => {
    const file = encodeSafetensors([{ name: "a", shape: [], values: Float32Array.of(7) }]);
    const decoded = decodeSafetensors(file);
    const tensor = decoded.ok ? decoded.value.tensors.get("a") : undefined;
    expect(tensor?.shape).toEqual([]);
    expect(tensor?.toFloat32().buffer).toBe(file.buffer);
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    expect(valuesOf(shifted.subarray(1))).toEqual({ a: [7] });
  });

  it("reads every type as float32", () => {
    const little = (size: number, write: (view: DataView) => void) => {
      const view = new DataView(new ArrayBuffer(size));
      write(view);
      return new Uint8Array(view.buffer);
    };
    const read = (dtype: string, shape: number[], data: Uint8Array) =>
      valuesOf(fileOf({ a: { dtype, shape, data_offsets: [0, data.length] } }, data)).a;
    const ones = (size: number) => new Uint8Array(size).fill(0xff);
    expect(read("BOOL", [2], Uint8Array.of(0, 1))).toEqual([0, 1]);
    expect(read("U8", [1], ones(1))).toEqual([255]);
    expect(read("I8", [1], ones(1))).toEqual([-1]);
    expect(read("U16", [1], ones(2))).toEqual([65_535]);
    expect(read("I16", [1], ones(2))).toEqual([-1]);
    expect(read("U32", [1], ones(4))).toEqual([2 ** 32]);
    expect(read("I32", [1], ones(4))).toEqual([-1]);
    expect(read("U64", [1], ones(8))).toEqual([2 ** 64]);
    expect(read("I64", [1], ones(8))).toEqual([-1]);
    expect(
      read(
        "F64",
        [1],
        little(8, (view) => view.setFloat64(0, 0.1, true)),
      ),
    ).toEqual([Math.fround(0.1)]);
    expect(read("BF16", [2], Uint8Array.of(0x80, 0x3f, 0x49, 0xc0))).toEqual([1, -3.140625]);
    // 1, the largest, the smallest, -0, infinity.
    const halves = [0x3c00, 0x7bff, 0x0001, 0x8000, 0x7c00];
    const stored = little(10, (view) => {
      for (const [i, half] of halves.entries()) view.setUint16(2 * i, half, true);
    });
    expect(read("F16", [5], stored)).toEqual([1, 65_504, 2 ** -24, -0, Number.POSITIVE_INFINITY]);
  });

  it("takes tensors without elements, in any order, and a header with room behind", () => {
    const header = { b: entry(2, 3), a: entry(0, 2), none: entry(2, 2), "7": entry(3, 4) };
    expect(valuesOf(fileOf(`${JSON.stringify(header)}    `, Uint8Array.of(1, 2, 3, 4)))).toEqual({
      a: [1, 2],
      none: [],
      b: [3],
      "7": [4],
    });
    expect(valuesOf(fileOf({}))).toEqual({});
    expect(valuesOf(fileOf('{"__metadata__":{}}'))).toEqual({});
  });

  it("takes names from a prototype as names", () => {
    const file = fileOf('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', Uint8Array.of(5));
    const decoded = decodeSafetensors(file);
    expect(decoded.ok && decoded.value.tensors.get("__proto__")?.toFloat32()[0]).toBe(5);
  });

  it("never throws, whatever bytes come", () => {
    const text = fc.array(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        '"',
        ":",
        ",",
        "a",
        "0",
        "1",
        "dtype",
        "U8",
        "shape",
        "data_offsets",
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          text.map((parts) => fileOf(parts.join(""))),
          fc.json().map((json) => fileOf(`{"a":${json}}`)),
        ),
        (file) => {
          expect(typeof decodeSafetensors(file).ok).toBe("boolean");
        },
      ),
    );
  });
});
