import { afterEach, describe, expect, it, vi } from "vitest";
import type { FeatureFile } from "./dataset.js";
import { moveToSharedMemory } from "./move-to-shared-memory.js";
import { createBlobs } from "./synthetic-points.js";

describe("moveToSharedMemory", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("copies a data set, once", () => {
    const dataset = createBlobs({ seed: 1 });
    const shared = moveToSharedMemory(dataset);
    expect(shared).toEqual(dataset);
    for (const { features, labels } of [shared.train, shared.val, shared.test]) {
      expect((features as Float32Array).buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(labels.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    expect(moveToSharedMemory(shared).train.features).toBe(shared.train.features);
  });

  it("copies samples with targets, and leaves files where they are", () => {
    const features: FeatureFile = { path: "rows", rowBytes: 1, read: () => undefined };
    const samples = { numSamples: 1, features, labels: new Uint8Array(1), targets: Float32Array.of(2) };
    const shared = moveToSharedMemory(samples);
    expect(shared.features).toBe(features);
    expect(shared.targets).toEqual(samples.targets);
    expect(shared.targets?.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("does nothing where there is no shared memory", () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    const dataset = createBlobs({ seed: 1 });
    expect(moveToSharedMemory(dataset)).toBe(dataset);
  });
});
