import { randomStream } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import type { FeatureFile } from "../data/dataset.js";
import { resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { digest, options, samples, train } from "./testing-training.js";

describe("openGather", () => {
  it("trains on the samples at the indices only", async () => {
    const indices = Uint32Array.from({ length: 20 }, (_, i) => 2 * i);
    const features = new Float32Array(20 * 64);
    for (const [i, index] of indices.entries()) {
      features.set((samples.features as Float32Array).subarray(64 * index, 64 * index + 64), 64 * i);
    }
    const labels = Uint8Array.from(indices, (index) => samples.labels[index] as number);
    const some = await train({ indices });
    expect(some.numSamples).toBe(20);
    expect(digest(some.weights)).toBe(
      digest((await train({}, { numSamples: 20, features, labels })).weights),
    );
  });

  it("takes bytes as 255ths, from memory and from a file, of any size", async () => {
    for (const inputShape of [[8, 8, 1], [5]]) {
      const size = inputShape.reduce((product, length) => product * length, 1);
      const small = resolveModel({ inputShape, layers: [{ type: "flatten" }, { type: "dense", units: 4 }] });
      const random = randomStream(3, "bytes");
      const bytes = Uint8Array.from({ length: 50 * size }, () => random.integer(256));
      const file: FeatureFile = {
        path: "rows",
        rowBytes: size,
        read: (row, into) => into.set(bytes.subarray(row * size, (row + 1) * size)),
      };
      const floats = Float32Array.from(bytes, (byte) => byte / 255);
      using trainer = createPlanTrainer(small);
      const digests = new Set<string>();
      for (const features of [floats, bytes, file]) {
        const on = { ...samples, features };
        const start = trainer.initialWeights(1);
        digests.add(digest((await trainer.train(start, on, options())).weights));
        digests.add(digest((await trainer.predict(start, on)).slice(0, 200)).concat(" predicted"));
      }
      expect(digests.size).toBe(2);
    }
  });

  it("augments images, each anew in each epoch, and not where it is not asked to", async () => {
    const plain = digest((await train()).weights);
    const moved = digest((await train({ augment: { maxShift: 2, flipHorizontal: true } })).weights);
    expect(moved).not.toBe(plain);
    expect(digest((await train({ augment: { maxShift: 2, flipHorizontal: true } })).weights)).toBe(moved);
    expect(digest((await train({ augment: {} })).weights)).toBe(plain);
    const augment = { maxShift: 8 };
    await expect(train({ augment })).rejects.toMatchObject({ code: "invalid_option" });
  });
});
