import { createAggregationState } from "../aggregation-state.js";
import type { AggregateHook } from "../hooks.js";
import { openRound, type Round } from "../round.js";
import { fedAvg } from "../strategies/fed-avg.js";
import type { Strategy } from "../strategy.js";
import type { Update } from "../update.js";
import { createLayout } from "../weights/layout.js";

export const smallLayout = createLayout([
  { name: "kernel", shape: [2] },
  { name: "bias", shape: [1] },
  { name: "head", shape: [1], role: "private" },
]);

/** Opens round 2 over clients a, b, c with weights 1, 1, 1, 1; for this package's own tests. */
export function openSmallRound(
  options: { strategy?: Strategy; hooks?: readonly AggregateHook[]; now?: () => number } = {},
): Round {
  const { strategy = fedAvg(), ...others } = options;
  const hooks = options.hooks ?? [{ name: "reject-invalid" }];
  return openRound({
    ...others,
    strategy,
    state: createAggregationState(strategy, hooks, smallLayout),
    layout: smallLayout,
    globalWeights: Float32Array.of(1, 1, 1, 1),
    round: 2,
    clients: ["c", "a", "b"].map((clientId) => ({ clientId, numSamples: 10 })),
    train: { epochs: 1, batchSize: 8, learningRate: 0.1 },
    seed: 3,
  });
}

/** An update of one client whose every weight is `value`. */
export function smallUpdate(clientId: string, value: number, changes: Partial<Update> = {}): Update {
  return {
    clientId,
    round: 2,
    layout: smallLayout,
    form: "weights",
    values: new Float32Array(4).fill(value),
    numSamples: 10,
    metrics: {},
    ...changes,
  };
}
