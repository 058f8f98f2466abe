import { describe, expect, it } from "vitest";
import { createStrategy, strategyNames } from "./registry.js";

describe("createStrategy", () => {
  it("creates every strategy it names, under that name", () => {
    for (const name of strategyNames) expect(createStrategy(name).id).toBe(name);
  });

  it("lists what there is when the name is unknown", () => {
    expect(() => createStrategy("fedsomething")).toThrow(
      'strategy: expected one of fedavg, got "fedsomething"',
    );
    expect(() => createStrategy("constructor")).toThrow("strategy: expected one of");
  });

  it("refuses an unknown option by name and a bad one by value", () => {
    expect(() => createStrategy("fedavg", { fractoin: 1 })).toThrow(
      'fedavg: expected options among fraction, minClients, got "fractoin"',
    );
    expect(() => createStrategy("fedavg", { fraction: "half" })).toThrow(
      "fraction: expected a number in (0, 1]",
    );
  });
});
