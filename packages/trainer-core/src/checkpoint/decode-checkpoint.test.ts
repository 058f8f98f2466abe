import { createLayout } from "@fedloom/fl-strategy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrainerError } from "../errors.js";
import type { Checkpoint } from "./checkpoint.js";
import { decodeCheckpoint } from "./decode-checkpoint.js";
import { encodeCheckpoint, PREAMBLE } from "./encode-checkpoint.js";

const checkpoint: Checkpoint = {
  mode: "federated",
  step: 3,
  config: { seed: 1, "train.batchSize": 32, model: "müll" },
  layout: createLayout([
    { name: "w", shape: [2, 3] },
    { name: "moments", shape: [2], role: "statistic" },
  ]),
  weights: Float32Array.of(1, -0, Number.NaN, 3e38, 1e-45, 6, 7, 8),
  progress: {
    best: { step: 2, metrics: { val_loss: Number.POSITIVE_INFINITY }, final: { loss: 1 } },
    elapsedMs: 12.5,
    bytes: 99,
    isOver: false,
  },
  state: { strategy: { id: "fedavg" }, moments: Float64Array.of(1, 2) },
  callbacks: { "early-stopping": { rule: { best: null }, best: Float32Array.of(1) }, custom: null },
};
const encoded = encodeCheckpoint(checkpoint);

function errorOf(bytes: Uint8Array): TrainerError {
  try {
    decodeCheckpoint(bytes, "last.checkpoint");
  } catch (error) {
    expect(error).toBeInstanceOf(TrainerError);
    return error as TrainerError;
  }
  throw new Error("expected an error");
}

describe("decodeCheckpoint", () => {
  it("gives back what was encoded, bit for bit", () => {
    const decoded = decodeCheckpoint(encoded);
    expect(decoded).toEqual(checkpoint);
    const bits = (weights: Float32Array) => [...new Uint32Array(weights.slice().buffer)];
    expect(bits(decoded.weights)).toEqual(bits(checkpoint.weights));
  });

  it("reads weights that lie anywhere, such as in a pooled buffer", () => {
    const moved = new Uint8Array(encoded.length + 3);
    moved.set(encoded, 3);
    expect(decodeCheckpoint(moved.subarray(3))).toEqual(checkpoint);
    const weights = new Float32Array(20).fill(5).subarray(3, 11);
    expect([...decodeCheckpoint(encodeCheckpoint({ ...checkpoint, weights })).weights]).toEqual([...weights]);
  });

  it("puts weights where they can be used as they lie", () => {
    const length = new DataView(encoded.buffer).getUint32(PREAMBLE.headerBytes, true);
    const header = JSON.parse(new TextDecoder().decode(encoded.subarray(24, 24 + length)));
    expect(header.weights.offset % 64).toBe(0);
    expect(header).toMatchObject({ mode: "federated", step: 3, weights: { bytes: 32 } });
  });

  it.each([
    ["nothing", new Uint8Array(), 'bytes 0 to 3: expected "FLCK" (46 4c 43 4b), found nothing'],
    ["a zip file", Uint8Array.of(0x50, 0x4b, 3, 4, 5), "found bytes 50 4b 03 04"],
    ["a beginning", encoded.slice(0, 10), "length: expected at least 24 bytes, found 10"],
    ["a file that is cut off", encoded.slice(0, -1), `length: expected ${encoded.length} bytes, found`],
    ["a newer version", encoded.with(4, 9), "bytes 4 to 7: expected version 1, found version 9"],
    ["a changed byte", encoded.with(70, 1), "bytes 12 to the end: expected hash"],
  ])("refuses %s", (_, bytes, message) => {
    const error = errorOf(bytes);
    expect(error.code).toBe("invalid_checkpoint");
    expect(error.message).toContain(`last.checkpoint: `);
    expect(error.message).toContain(message);
  });

  it("refuses any one damaged bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: encoded.length * 8 - 1 }), (bit) => {
        const damaged = encoded.slice();
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(errorOf(damaged).code).toBe("invalid_checkpoint");
      }),
    );
  });

  it("says so when a store had none", () => {
    expect(errorOf(undefined as unknown as Uint8Array).message).toBe(
      "last.checkpoint: bytes: expected a Uint8Array, found undefined",
    );
  });

  it("refuses what is whole and yet no checkpoint", () => {
    const with_ = (changes: object) => encodeCheckpoint({ ...checkpoint, ...changes } as Checkpoint);
    expect(errorOf(with_({ mode: "both" })).message).toContain(
      "mode: expected centralized or federated, found both",
    );
    expect(errorOf(with_({ step: 0.5 })).message).toContain("step: expected an integer >= 1, found 0.5");
    expect(errorOf(with_({ weights: new Float32Array(3) })).message).toContain(
      "weights: expected 32 bytes, as the tensors ask for, found 12 bytes",
    );
    expect(errorOf(with_({ progress: null })).message).toContain("state: progress: expected an object");
    const layout = { size: 8, tensors: [{ name: "", shape: [8], role: "trainable" }] };
    expect(errorOf(with_({ layout })).message).toContain("state: expected a state that can be read");
  });

  it("throws nothing but its own error for any bytes at all", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void errorOf(bytes)));
  });
});
