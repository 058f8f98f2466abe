import { describe, expect, it } from "vitest";
import { configRows, flattenConfig } from "./flatten-config.js";

describe("flattenConfig", () => {
  it("tells fields by their paths", () => {
    const config = {
      seed: 1,
      strategy: "fedprox",
      strategy_options: { mu: 0.1, selection: { kind: "random" } },
      tags: ["a", "b"],
      augment: {},
    };
    expect(Object.fromEntries(flattenConfig(config))).toEqual({
      seed: "1",
      strategy: '"fedprox"',
      "strategy_options.mu": "0.1",
      "strategy_options.selection.kind": '"random"',
      tags: '["a","b"]',
    });
  });

  it("tells hooks by their places and names, with the options below", () => {
    const hooks = [{ name: "clip-update", options: { max_norm: 1 } }, { name: "reject-invalid" }];
    expect(Object.fromEntries(flattenConfig({ hooks }))).toEqual({
      "hooks[1]": '"clip-update"',
      "hooks[1].max_norm": "1",
      "hooks[2]": '"reject-invalid"',
    });
  });
});

describe("configRows", () => {
  it("says which fields differ, and which a run does not have", () => {
    expect(configRows([{ seed: 1, a: null }, { seed: 2 }, { seed: 1 }])).toEqual([
      { field: "a", values: ["null", undefined, undefined], isDifferent: true },
      { field: "seed", values: ["1", "2", "1"], isDifferent: true },
    ]);
    expect(configRows([{ seed: 1 }, { seed: 1 }])[0]?.isDifferent).toBe(false);
  });
});
