import { vectorKernels } from "@fedloom/kernels";
import { describe, expect, it } from "vitest";
import { createLayout } from "./layout.js";
import { createStaging } from "./staging.js";

const layout = createLayout([
  { name: "w", shape: [3] },
  { name: "head", shape: [1], role: "private" },
  { name: "m", shape: [2], role: "statistic" },
]);

describe("staging", () => {
  it("gives the largest magnitude of what is shared, and the values in kernel memory", () => {
    const staging = createStaging(layout);
    const values = Float32Array.of(1, -2, 0, Number.NaN, 0.5, 0);
    expect(staging.maxMagnitude(values)).toBe(2);
    const staged = staging.staged(values)();
    expect([...staged]).toEqual([...values]);
    expect(vectorKernels().owns(staged)).toBe(true);
    expect(staging.maxMagnitude(values.with(5, Number.NEGATIVE_INFINITY))).toBe(Number.POSITIVE_INFINITY);
    expect(staging.maxMagnitude(values.with(0, Number.NaN))).toBeNaN();
    staging.release();
  });

  it("looks again once the update is dealt with: its memory may be another's next", () => {
    const staging = createStaging(layout);
    const values = new Float32Array(6).fill(1);
    expect(staging.maxMagnitude(values)).toBe(1);
    staging.forget();
    values.fill(7);
    expect(staging.maxMagnitude(values)).toBe(7);
    expect(staging.staged(values)()[0]).toBe(7);
    staging.release();
  });

  it("leaves values alone that nobody asked for, that lie in kernel memory, or have another length", () => {
    const staging = createStaging(layout);
    const values = new Float32Array(6);
    expect(staging.staged(values)()).toBe(values);
    const short = new Float32Array(2).fill(3);
    expect(staging.maxMagnitude(short)).toBe(3);
    expect(staging.staged(short)()).toBe(short);
    const vector = vectorKernels().createVector(6);
    const inPlace = vector.values;
    staging.maxMagnitude(inPlace);
    expect(staging.staged(inPlace)().byteOffset).toBe(inPlace.byteOffset);
    vector.release();
    staging.release();
  });
});
