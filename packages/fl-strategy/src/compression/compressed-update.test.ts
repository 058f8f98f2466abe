import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import { byteLengthOf, type CompressionMethod, compress } from "./compressed-update.js";
import { decompress } from "./decompress.js";

const context = { random: randomStream(1, "compression") };
const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i * 1.7) / (1 + (i % 37)));

describe("compress", () => {
  it.each<[CompressionMethod, number]>([
    [{ kind: "none" }, 20_000],
    [{ kind: "topk", k: 50 }, 400],
    [{ kind: "topk", k: 6000 }, 40_000],
    [{ kind: "topk", fraction: 0.29 }, 11_600],
    [{ kind: "topk", fraction: 1e-9 }, 8],
    [{ kind: "int8" }, 5012],
    [{ kind: "int8", blockSize: 5000 }, 5004],
    [{ kind: "qsgd", levels: 16 }, 5012],
    [{ kind: "float16" }, 10_000],
  ])("%j takes %d bytes and comes back", (method, bytes) => {
    const compressed = compress(values, method, context);
    expect(compressed.kind).toBe(method.kind === "qsgd" ? "int8" : method.kind);
    expect(byteLengthOf(compressed)).toBe(bytes);
    const result = decompress(compressed, values.length);
    expect(result).toMatchObject({ ok: true });
    const back = (result as { values: Float32Array }).values;
    expect(back.length).toBe(values.length);
    let [dot, norm] = [0, 0];
    for (const [i, value] of values.entries()) {
      dot += value * back[i]!;
      norm += value * value;
    }
    // What is left points the same way, and nothing is larger than it was but for rounding.
    expect(dot).toBeGreaterThan(0);
    expect(dot / norm).toBeLessThan(1.05);
  });

  it("takes an empty update", () => {
    for (const kind of ["none", "int8", "qsgd", "float16"] as const) {
      const result = decompress(compress(new Float32Array(), { kind }, context), 0);
      expect(result).toEqual({ ok: true, values: new Float32Array() });
    }
    const none = compress(new Float32Array(), { kind: "topk", k: 3 }, context);
    expect(decompress(none, 0)).toEqual({ ok: true, values: new Float32Array() });
  });

  it.each<[unknown, string]>([
    [{ kind: "zip" }, 'kind: expected one of none, topk, int8, qsgd, float16, got "zip"'],
    [{ kind: "topk" }, "fraction: expected a number in (0, 1], got undefined"],
    [{ kind: "topk", fraction: 0 }, "fraction: expected a number in (0, 1], got 0"],
    [{ kind: "topk", fraction: 1.1 }, "fraction: expected a number in (0, 1], got 1.1"],
    [{ kind: "topk", k: 0 }, "k: expected an integer >= 1, got 0"],
    [{ kind: "topk", k: 2.5 }, "k: expected an integer >= 1, got 2.5"],
    [{ kind: "topk", k: 2, fraction: 0.5 }, "topk: expected k or fraction, got both (2 and 0.5)"],
    [{ kind: "int8", blockSize: 0 }, "blockSize: expected an integer >= 1, got 0"],
    [{ kind: "qsgd", levels: 200 }, "levels: expected an integer in [1, 127], got 200"],
  ])("refuses the method %j", (method, message) => {
    expect(() => compress(values, method as CompressionMethod, context)).toThrow(message);
  });

  it.each(["none", "int8", "qsgd"] as const)("refuses values that are not finite: %s", (kind) => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      expect(() => compress(Float32Array.of(1, bad), { kind }, context)).toThrow(
        `values[1]: expected a finite number, got ${bad}`,
      );
    }
  });
});
