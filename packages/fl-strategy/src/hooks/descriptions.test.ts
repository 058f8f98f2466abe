import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { describedMethod } from "../compression/described-method.js";
import { openRound } from "../round.js";
import { fedAvg } from "../strategies/fed-avg.js";
import { contractUpdate, contractWeights } from "../testing/contract-data.js";
import { descriptionContract } from "../testing/description-contract.js";
import { createLayout } from "../weights/layout.js";
import { createHook, type HookName, hookDescriptions, hookNames } from "./registry.js";
import { rejectInvalid } from "./reject-invalid.js";

type Options = Readonly<Record<string, unknown>>;

const layout = createLayout([
  { name: "dense/kernel", shape: [50, 60] },
  { name: "dense/bias", shape: [60] },
]);
const clients = Array.from({ length: 5 }, (_, i) => ({ clientId: `client-${i}`, numSamples: 10 + i }));
const far = layout.size - 1;

/** Two rounds under the hook, in which some updates are odd. */
function play(name: string, options: Options): unknown {
  const hook = createHook(name, options);
  const strategy = fedAvg({ weighting: name === "central-privacy" ? "uniform" : "samples" });
  const hooks = name === "reject-invalid" ? [hook] : [rejectInvalid(), hook];
  let globalWeights = contractWeights(layout);
  let state = createAggregationState(strategy, hooks, layout);
  const rounds = [1, 2].map((round) => {
    const train = { epochs: 1, batchSize: 8, learningRate: 0.1 };
    const base = { strategy, hooks, state, layout, globalWeights, clients, train, now: () => 0 };
    const opened = openRound({ ...base, round, seed: 9 });
    const update = (i: number) => contractUpdate(`client-${i}`, round, layout);
    const verdicts = [
      opened.receive({ ...update(0), numSamples: 1e12 }),
      opened.receive({ ...update(1), numSteps: 1e12 }),
      opened.receive({ ...update(2), values: update(2).values.with(far, 1e30) }),
      opened.receive(update(3)),
      opened.receive(update(4)),
    ];
    const closed = opened.close();
    globalWeights = closed.weights;
    state = closed.state;
    return {
      verdicts: JSON.stringify(verdicts),
      reports: JSON.stringify(closed.hooks),
      weights: [...globalWeights],
    };
  });
  return { rounds, state };
}

/** Noise that nobody can repeat is told from repeatable noise by the ledger alone. */
function playPrivately(options: Options): unknown {
  const { state } = play("central-privacy", options) as { state: { hooks: Options } };
  const { ledger } = state.hooks["central-privacy"] as { ledger: unknown };
  return JSON.stringify(ledger);
}

/** Random noise does not repeat: what shows is how much of it there was. */
const uses: Partial<Record<HookName, (options: Options) => unknown>> = {
  "add-noise": (options) => {
    play("add-noise", options);
    return null;
  },
  "central-privacy": playPrivately,
  "filter-tensors": (options) => play("filter-tensors", { include: ["*"], ...options }),
};

describe.each(hookNames)("the description of %s", (name) => {
  const { options, about } = hookDescriptions[name];

  for (const { name: promise, run } of descriptionContract({
    options,
    use: uses[name] ?? ((chosen) => play(name, chosen)),
    ...(["add-noise", "central-privacy"].includes(name) && { undescribed: ["source"] }),
    ...(name === "compress-updates" && { needed: { method: { kind: "qsgd" } } }),
  })) {
    it(promise, run);
  }

  it("is told in sentences", () => {
    for (const text of [about, ...Object.values(options).map((option) => option.about)]) {
      expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("the description of a way to compress", () => {
  const { kind, ...others } = describedMethod.options;
  const needed = { topk: { fraction: 0.1 } } as Readonly<Record<string, Options>>;

  it.each(kind.choices)("%s is one that is described", (chosen) => {
    play("compress-updates", { method: { kind: chosen, ...needed[chosen] } });
  });

  it.each([
    ["topk", ["k"]],
    ["topk", ["fraction"]],
    ["int8", ["blockSize"]],
    ["qsgd", ["levels", "blockSize"]],
  ] as const)("has the options of %s: %j", (chosen, names) => {
    const options = Object.fromEntries(names.map((name) => [name, others[name]]));
    const use = (method: Options) => play("compress-updates", { method: { kind: chosen, ...method } });
    const checks = descriptionContract({
      options,
      use,
      needed: chosen === "topk" ? { [names[0]]: 1 } : {},
      undescribed: chosen === "topk" ? ["kind", names[0] === "k" ? "fraction" : "k"] : ["kind"],
    });
    for (const { run } of checks) run();
  });
});
