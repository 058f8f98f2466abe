import { createAggregationState, createLayout, defaultHooks, openRound } from "@fedloom/fl-strategy";

/** Opens a round of so many clients over a model of one tensor, with the default checks. */
export function openLargeRound(
  strategy,
  { size, clients, globalWeights = new Float32Array(size), form = "delta" },
) {
  const layout = createLayout([{ name: "w", shape: [size] }]);
  const ids = Array.from({ length: clients }, (_, i) => `client-${String(i).padStart(4, "0")}`);
  const round = openRound({
    strategy,
    state: createAggregationState(strategy, defaultHooks, layout),
    layout,
    globalWeights,
    round: 1,
    clients: ids.map((clientId) => ({ clientId, numSamples: 100 })),
    train: { epochs: 1, batchSize: 32, learningRate: 0.1 },
    seed: 1,
  });
  return {
    receive(i, values, numSamples = 100) {
      const update = { clientId: ids[i], round: 1, layout, form, values, numSamples, metrics: {} };
      const verdict = round.receive(update);
      if (verdict.status !== "accepted") throw new Error(verdict.message);
    },
    close() {
      const { outcome, reason, weights } = round.close();
      if (outcome !== "aggregated") throw new Error(reason);
      return weights;
    },
  };
}

/** Plays a whole round with the `values` of each of `updates`, and returns the new global weights. */
export function playLargeRound(strategy, { updates, counts, ...options }) {
  const round = openLargeRound(strategy, {
    ...options,
    size: updates[0].values.length,
    clients: updates.length,
  });
  for (const [i, update] of updates.entries()) round.receive(i, update.values, counts?.[i]);
  return round.close();
}
