import { describe, expect, it } from "vitest";
import { strategyContract } from "../testing/strategy-contract.js";
import { createStrategy, type StrategyName, strategyNames } from "./registry.js";

/** Options of the strategies that cannot do without, for 8 clients. */
export const required: Partial<Record<StrategyName, Record<string, unknown>>> = {
  fedprox: { mu: 0.1 },
  fedbuff: { bufferSize: 8 },
  krum: { f: 1 },
  "multi-krum": { f: 1, m: 4 },
  bulyan: { f: 1 },
  "centered-clipping": { radius: 0.5 },
};

describe.each(strategyNames)("%s", (name) => {
  for (const { name: promise, run } of strategyContract(() => createStrategy(name, required[name])))
    it(promise, run);
});

describe("a strategy with half of the clients, asked one more than needed", () => {
  const selection = { kind: "fraction", fraction: 0.5, minClients: 2 };
  for (const { name, run } of strategyContract(() => createStrategy("fedavg", { selection }))) it(name, run);
});

describe("createStrategy", () => {
  it("creates every strategy it names, under that name", () => {
    for (const name of strategyNames) expect(createStrategy(name, required[name]).id).toBe(name);
  });

  it("lists what there is when the name is unknown", () => {
    expect(() => createStrategy("fedsomething")).toThrow(
      /^strategy: expected one of fedavg, .*, got "fedsomething"$/,
    );
    expect(() => createStrategy("constructor")).toThrow("strategy: expected one of");
  });

  it("refuses an unknown option by name and a bad one by value", () => {
    expect(() => createStrategy("fedavgm", { momemtum: 1 })).toThrow(
      'fedavgm: expected options among selection, weighting, serverLearningRate, momentum, nesterov, got "momemtum"',
    );
    expect(() => createStrategy("fedprox", { mu: "half" })).toThrow(
      'mu: expected a finite number >= 0, got "half"',
    );
    expect(() => createStrategy("krum")).toThrow("f: expected an integer >= 0, got undefined");
  });
});
