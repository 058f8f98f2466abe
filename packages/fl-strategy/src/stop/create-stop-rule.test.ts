import { describe, expect, it } from "vitest";
import { createStopRule, type StopRuleConfig } from "./create-stop-rule.js";

const configs: StopRuleConfig[] = [
  { kind: "targetReached", metric: "auroc", value: 0.9, mode: "max" },
  { kind: "patience", metric: "loss", mode: "min", rounds: 5, minDelta: 0.01, restoreBest: true },
  { kind: "maxRounds", rounds: 100 },
  { kind: "maxDuration", ms: 60_000 },
  { kind: "maxBytes", bytes: 1e9 },
  { kind: "maxEpsilon", epsilon: 3 },
];
const target = { kind: "targetReached", metric: "loss", value: 1, mode: "min" };
const waiting = { kind: "patience", metric: "loss", mode: "min", rounds: 5 };

describe("createStopRule", () => {
  it.each(configs)("creates $kind from plain data", (config) => {
    const rule = createStopRule(JSON.parse(JSON.stringify(config)));
    expect(rule.name).toBe(config.kind);
    const report = { round: 1, metrics: { loss: 1, auroc: 0.5 }, elapsedMs: 1, bytes: 1, epsilon: 1 };
    expect(rule.decide(report, rule.init()).decision).toBe("continue");
  });

  it.each<[unknown, string]>([
    [null, "stop rule: expected an object with a kind, got null"],
    ["patience", 'stop rule: expected an object with a kind, got "patience"'],
    [[], "stop rule: expected an object with a kind, got a list"],
    [
      {},
      "kind: expected one of targetReached, patience, maxRounds, maxDuration, maxBytes, maxEpsilon, got undefined",
    ],
    [
      { kind: "toString" },
      'kind: expected one of targetReached, patience, maxRounds, maxDuration, maxBytes, maxEpsilon, got "toString"',
    ],
    [
      { ...waiting, minDetla: 1 },
      'patience: expected options among metric, mode, rounds, minDelta, restoreBest, got "minDetla"',
    ],
    [{ ...waiting, rounds: 0 }, "rounds: expected an integer >= 1, got 0"],
    [{ ...waiting, rounds: "5" }, 'rounds: expected an integer >= 1, got "5"'],
    [{ ...waiting, mode: "best" }, 'mode: expected one of min, max, got "best"'],
    [{ ...waiting, minDelta: -1 }, "minDelta: expected a finite number >= 0, got -1"],
    [{ ...waiting, restoreBest: 1 }, "restoreBest: expected true or false, got 1"],
    [{ ...waiting, metric: "" }, 'metric: expected a non-empty string, got ""'],
    [{ ...target, metric: {} }, "metric: expected a non-empty string, got an object"],
    [{ ...target, value: Number.NaN }, "value: expected a finite number, got NaN"],
    [{ kind: "maxRounds", rounds: 1.5 }, "rounds: expected an integer >= 1, got 1.5"],
    [{ kind: "maxDuration" }, "ms: expected a finite number > 0, got undefined"],
    [{ kind: "maxBytes", bytes: Infinity }, "bytes: expected a finite number > 0, got Infinity"],
    [{ kind: "maxEpsilon", epsilon: 0 }, "epsilon: expected a finite number > 0, got 0"],
  ])("refuses %j", (config, message) => {
    expect(() => createStopRule(config)).toThrow(message);
  });
});
