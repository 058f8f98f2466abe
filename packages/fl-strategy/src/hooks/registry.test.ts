import { expect, it } from "vitest";
import { createHook, hookNames } from "./registry.js";

const needed: Partial<Record<(typeof hookNames)[number], Record<string, unknown>>> = {
  "clip-update": { maxNorm: 1 },
  "cap-share": { maxShare: 0.5 },
  "filter-tensors": { exclude: ["*"] },
  "compress-updates": { method: { kind: "float16" } },
  "add-noise": { sigma: 1 },
  "central-privacy": { noiseMultiplier: 1, clipNorm: 1 },
};

it.each(hookNames)("creates %s, which has its own name, and refuses options that nobody reads", (name) => {
  expect(createHook(name, needed[name]).name).toBe(name);
  expect(() => createHook(name, { ...needed[name], typo: 1 })).toThrow(
    /expected options among .*, got "typo"/,
  );
});

it("says which hooks there are", () => {
  expect(() => createHook("magic")).toThrow(`hook: expected one of ${hookNames.join(", ")}, got "magic"`);
});
