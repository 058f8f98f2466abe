import { describe, expect, it } from "vitest";
import { splitHoldout } from "./split-holdout.js";

const indices = Uint32Array.from({ length: 50 }, (_, i) => 3 * i);

describe("splitHoldout", () => {
  it("keeps every sample on one side, in the order it had", () => {
    const { train, holdout } = splitHoldout(indices, { share: 0.2, seed: 1, clientId: "a" });
    expect([train.length, holdout.length]).toEqual([40, 10]);
    expect([...train, ...holdout].sort((a, b) => a - b)).toEqual([...indices]);
    for (const side of [train, holdout]) expect([...side]).toEqual([...side].sort((a, b) => a - b));
  });

  it("is the same for the same seed and client only", () => {
    const held = (seed: number, clientId: string) =>
      splitHoldout(indices, { share: 0.2, seed, clientId }).holdout.join();
    expect(held(1, "a")).toBe(held(1, "a"));
    expect(new Set([held(1, "a"), held(1, "b"), held(2, "a")]).size).toBe(3);
  });

  it("leaves a sample to train on, and holds none of a share of 0", () => {
    const two = Uint32Array.of(7, 9);
    expect(splitHoldout(two, { share: 0.99, seed: 1, clientId: "a" }).train.length).toBe(1);
    expect(splitHoldout(two, { share: 0, seed: 1, clientId: "a" }).holdout.length).toBe(0);
    expect(splitHoldout(new Uint32Array(), { share: 0.5, seed: 1, clientId: "a" }).train.length).toBe(0);
  });

  it.each([-0.1, 1, Number.NaN])("refuses a share of %d", (share) => {
    expect(() => splitHoldout(indices, { share, seed: 1, clientId: "a" })).toThrow(
      `share: expected a number in [0, 1), got ${share}`,
    );
  });
});
