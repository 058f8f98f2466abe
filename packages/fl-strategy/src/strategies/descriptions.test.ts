import { describe, expect, it } from "vitest";
import { createAggregationState } from "../aggregation-state.js";
import { openRound } from "../round.js";
import { contractUpdate, contractWeights } from "../testing/contract-data.js";
import { descriptionContract } from "../testing/description-contract.js";
import { createLayout } from "../weights/layout.js";
import { createStrategy, strategyDescriptions, strategyNames } from "./registry.js";

const layout = createLayout([
  { name: "dense/kernel", shape: [3, 4] },
  { name: "norm/mean", shape: [4], role: "statistic" },
]);
const clients = Array.from({ length: 9 }, (_, i) => ({ clientId: `client-${i}`, numSamples: 10 + i }));

/** What a strategy says of itself, and three rounds of it; in some of them two updates are the same. */
function play(name: string, options: Readonly<Record<string, unknown>>): unknown {
  const strategy = createStrategy(name, options);
  const told = Object.entries(strategy).filter(([, value]) => typeof value !== "function");
  let globalWeights = contractWeights(layout);
  let state = createAggregationState(strategy, [], layout);
  const rounds = [1, 2, 3].map((round) => {
    const train = { epochs: 1, batchSize: 8, learningRate: 0.1 };
    const base = { strategy, hooks: [], state, layout, globalWeights, clients, train };
    const opened = openRound({ ...base, round, seed: 9 });
    for (const { clientId } of opened.tasks) {
      const update = contractUpdate(clientId, round, layout);
      const { values } = contractUpdate("client-0", round, layout);
      opened.receive(clientId === "client-1" && round > 1 ? { ...update, values } : update);
    }
    const { weights, outcome, reason = "", state: next } = opened.close();
    [globalWeights, state] = [weights, next];
    return { tasks: opened.tasks.map(({ config }) => JSON.stringify(config)), weights, outcome, reason };
  });
  return { told, rounds, state };
}

describe.each(strategyNames)("the description of %s", (name) => {
  const { options, about, source } = strategyDescriptions[name];

  for (const { name: promise, run } of descriptionContract({
    options,
    use: (chosen) => play(name, chosen),
    undescribed: ["selection"],
    // A shorter radius than the updates have, so that the center moves more than once.
    ...(name === "centered-clipping" && { needed: { radius: 0.1 } }),
  })) {
    it(promise, run);
  }

  it("is told in sentences, and names the paper", () => {
    for (const text of [about, ...Object.values(options).map((option) => option.about)]) {
      expect(text).toMatch(/^[A-Z].*\.$/);
    }
    expect(source).toMatch(/ (19|20)\d\d, /);
  });
});
