import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkWireEvent, createEvent, fromWireEvent, toWireEvent } from "../envelope.js";
import type { Codec, Frame } from "./codec.js";
import { jsonCodec } from "./json.js";
import { MAX_FRAME_LENGTH, MAX_KEYS } from "./limits.js";
import { msgpackCodec } from "./msgpack.js";

const runId = "01JD0000000000000000000000";

/** One suite for every codec. */
describe.each([jsonCodec, msgpackCodec] as Codec[])("$subprotocol", (codec) => {
  const codeOf = (frame: Frame) => {
    const decoded = codec.decode(frame);
    return decoded.ok ? "ok" : decoded.error.code;
  };

  it("gives back what it was given, within the limits", () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
    );
    const key = fc.string().filter((text) => !["__proto__", "constructor", "prototype"].includes(text));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (input) => {
        // JSON has one zero.
        const expected = JSON.parse(JSON.stringify(input));
        expect(JSON.parse(JSON.stringify(codec.decode(codec.encode(input))))).toEqual({
          ok: true,
          value: expected,
        });
      }),
    );
  });

  it("carries metric values that are no finite numbers", () => {
    const metrics = {
      loss: Number.NaN,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      f1: 0.5,
    };
    const event = createEvent("metrics", { runId, metrics });
    const decoded = codec.decode(codec.encode(toWireEvent(event)));
    const checked = checkWireEvent(decoded.ok && decoded.value);
    expect(checked.ok && fromWireEvent(checked.value)).toEqual(event);
  });

  it("refuses what is too long, too deep, too wide, or reaches for a prototype", () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);
    expect(codeOf(codec.encode(nested(8)))).toBe("ok");
    expect(codeOf(codec.encode(nested(9)))).toBe("too_deep");
    expect(codeOf(codec.encode("x".repeat(MAX_FRAME_LENGTH)))).toBe("too_large");
    const wide = Object.fromEntries(Array.from({ length: MAX_KEYS + 1 }, (_, i) => [`k${i}`, 1]));
    expect(codeOf(codec.encode(wide))).toBe("too_large");
    expect(codeOf(codec.encode([{ constructor: 1 }]))).toBe("forbidden_key");
    expect(codec.decode(codec.encode("four"), 3)).toMatchObject({ ok: false, error: { code: "too_large" } });
  });

  it("never throws, whatever bytes come", () => {
    fc.assert(
      fc.property(codec.isBinary ? fc.uint8Array({ maxLength: 200 }) : fc.string(), (frame) => {
        expect(typeof codec.decode(frame).ok).toBe("boolean");
      }),
    );
  });

  it("refuses the other kind of frame", () => {
    expect(codeOf(codec.isBinary ? "{}" : new Uint8Array([0x80]))).toBe("wrong_frame");
  });
});

describe("fedloom.v1.json", () => {
  const codeOf = (frame: string) => {
    const decoded = jsonCodec.decode(frame);
    return decoded.ok ? "ok" : decoded.error.code;
  };

  it("refuses what is not JSON and survives deep nesting", () => {
    expect(codeOf("{a}")).toBe("invalid_json");
    expect(codeOf("")).toBe("invalid_json");
    expect(codeOf("[".repeat(30_000) + "]".repeat(30_000))).toBe("too_deep");
    expect(codeOf('{"data": {"__proto__": {"admin": true}}}')).toBe("forbidden_key");
  });
});

describe("fedloom.v1.msgpack", () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  it("believes no length that a frame announces", () => {
    const codeOf = (frame: Uint8Array) => {
      const decoded = msgpackCodec.decode(frame);
      return decoded.ok ? "ok" : decoded.error.code;
    };
    for (const [name, header] of Object.entries({
      str: 0xdb,
      bin: 0xc6,
      array: 0xdd,
      map: 0xdf,
      ext: 0xc9,
    })) {
      expect({ name, code: codeOf(bytes(header, 0xff, 0xff, 0xff, 0xff, 1)) }).toEqual({
        name,
        code: "invalid_msgpack",
      });
    }
    // A bomb of nested arrays, an unknown byte, a key that is no string, something after the end.
    expect(codeOf(new Uint8Array(60_000).fill(0x91))).toBe("invalid_msgpack");
    expect(codeOf(bytes(0xc1))).toBe("invalid_msgpack");
    expect(codeOf(bytes(0x81, 0x90, 1))).toBe("invalid_msgpack");
    expect(codeOf(bytes(1, 1))).toBe("invalid_msgpack");
    // {"__proto__": 1}
    expect(codeOf(bytes(0x81, 0xa9, ...Array.from("__proto__", (letter) => letter.charCodeAt(0)), 1))).toBe(
      "invalid_msgpack",
    );
  });
});
