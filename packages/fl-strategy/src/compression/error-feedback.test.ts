import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import type { CompressedUpdate, CompressionMethod } from "./compressed-update.js";
import { decompress } from "./decompress.js";
import { compressWithFeedback, createErrorFeedback, restoreUndelivered } from "./error-feedback.js";

const random = randomStream(1, "error feedback");
const methods: CompressionMethod[] = [
  { kind: "none" },
  { kind: "topk", k: 2 },
  { kind: "int8", blockSize: 3 },
  { kind: "qsgd", levels: 4 },
  { kind: "float16" },
];
const first = Float32Array.of(0.5, -0.1, 0.05, -0.9, 0.2);
const second = Float32Array.of(0.1, -0.3, 0.4, 0.05, 0.1);
const valuesOf = (compressed: CompressedUpdate, size: number) => {
  const result = decompress(compressed, size);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.values;
};
const close = (list: number[]) => list.map((value) => expect.closeTo(value, 6));

describe("error feedback", () => {
  it("follows the hand example", () => {
    const method = { kind: "topk", k: 2 } as const;
    const one = compressWithFeedback(first, createErrorFeedback(5), { method, random });
    expect(one.compressed).toEqual({
      kind: "topk",
      indices: Uint32Array.of(0, 3),
      values: Float32Array.of(0.5, -0.9),
    });
    expect([...one.feedback.residual]).toEqual(close([0, -0.1, 0.05, 0, 0.2]));
    const two = compressWithFeedback(second, one.feedback, { method, random });
    const sent = two.compressed as CompressedUpdate & { kind: "topk" };
    expect([...sent.indices, ...sent.values]).toEqual([1, 2, ...close([-0.4, 0.45])]);
  });

  it.each(methods)("sends in sum what came in, less the residual: %j", (method) => {
    const updates = fc.array(
      fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 7, maxLength: 7 }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(updates, (rounds) => {
        let feedback = createErrorFeedback(7);
        const balance = new Float64Array(7);
        for (const values of rounds) {
          const step = compressWithFeedback(Float32Array.from(values), feedback, { method, random });
          const sent = valuesOf(step.compressed, 7);
          for (const i of balance.keys()) balance[i]! += values[i]! - sent[i]!;
          feedback = step.feedback;
        }
        for (const [i, owed] of balance.entries()) {
          expect(Math.abs(owed - feedback.residual[i]!)).toBeLessThan(1e-4);
        }
      }),
    );
  });

  it.each(methods)("owes everything again when the server refused the update: %j", (method) => {
    const one = compressWithFeedback(first, createErrorFeedback(5), { method, random });
    expect([...restoreUndelivered(one.feedback, one.compressed).residual]).toEqual(close([...first]));
  });

  it("restores exactly for top-k, and also after another update was sent", () => {
    const method = { kind: "topk", k: 2 } as const;
    const one = compressWithFeedback(first, createErrorFeedback(5), { method, random });
    expect(restoreUndelivered(one.feedback, one.compressed).residual).toEqual(first);
    const two = compressWithFeedback(second, one.feedback, { method, random });
    const late = restoreUndelivered(two.feedback, one.compressed).residual;
    const delivered = valuesOf(two.compressed, 5);
    expect([...late]).toEqual(close([...first].map((value, i) => value + second[i]! - delivered[i]!)));
  });

  it("leaves what it was given as it was", () => {
    const before = createErrorFeedback(5);
    const update = Float32Array.from(first);
    compressWithFeedback(update, before, { method: { kind: "topk", k: 1 }, random });
    expect([update, before.residual]).toEqual([first, new Float32Array(5)]);
  });

  it("refuses another size and values that are not finite, and keeps its memory then", () => {
    const feedback = createErrorFeedback(2);
    const method = { kind: "topk", k: 1 } as const;
    expect(() => compressWithFeedback(first, feedback, { method, random })).toThrow(
      "update: expected 2 elements, got 5",
    );
    expect(() => compressWithFeedback(Float32Array.of(1, Infinity), feedback, { method, random })).toThrow(
      "values[1]: expected a finite number, got Infinity",
    );
    expect([...feedback.residual]).toEqual([0, 0]);
    const long = { kind: "none", values: first } as const;
    expect(() => restoreUndelivered(feedback, long)).toThrow("values: expected 2 elements, got 5");
  });
});
