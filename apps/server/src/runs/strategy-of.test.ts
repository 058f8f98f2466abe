import { describe, expect, it } from "vitest";
import { strategyOf } from "./strategy-of.js";

describe("strategyOf", () => {
  it("creates the strategy with its options", () => {
    const selection = { kind: "poisson", rate: 0.5 };
    expect(strategyOf({ strategy: "krum", strategyOptions: { f: 1, selection } }).id).toBe("krum");
    expect(strategyOf({ strategy: "fedavg" }).id).toBe("fedavg");
  });

  it("says which name or option is wrong", () => {
    expect(() => strategyOf({ strategy: "fedmagic" })).toThrow(
      /^strategy: expected one of fedavg, .*, received "fedmagic"$/,
    );
    expect(() => strategyOf({ strategy: "krum" })).toThrow(
      "strategy_options of krum: f: expected an integer >= 0, got undefined",
    );
    expect(() => strategyOf({ strategy: "fedavg", strategyOptions: { mu: 1 } })).toThrow(
      'strategy_options of fedavg: fedavg: expected options among selection, weighting, got "mu"',
    );
  });
});
