import { type AggregationState, createAggregationState } from "../aggregation-state.js";
import { decodeState, encodeState } from "../encode-state.js";
import { openRound, type RoundResult } from "../round.js";
import type { ClientInfo, Strategy } from "../strategy.js";
import type { Update } from "../update.js";
import { createLayout } from "../weights/layout.js";
import { contractUpdate, contractWeights } from "./contract-data.js";

/** One thing that every strategy must do; `run` throws an error that says what it did instead. */
export interface ContractCheck {
  readonly name: string;
  run(): void;
}

const layout = createLayout([
  { name: "dense/kernel", shape: [3, 4] },
  { name: "norm/mean", shape: [4], role: "statistic" },
  { name: "head/bias", shape: [2], role: "private" },
]);
const clients: readonly ClientInfo[] = [11, 40, 7, 90, 23, 64, 5, 31].map((numSamples, i) => ({
  clientId: `client-${i}`,
  numSamples,
}));
const train = { epochs: 2, batchSize: 8, learningRate: 0.1 };
const numRounds = 3;

/**
 * The suite that every strategy must pass, whatever its rule: one check per promise of the interface.
 *
 * `create` makes a fresh strategy that works with 8 clients; run each check in a test of your own framework.
 */
export function strategyContract(create: () => Strategy): readonly ContractCheck[] {
  return [
    {
      name: "selects the same available clients for the same seed, in whatever order they are listed",
      run() {
        const picks = (listed: readonly ClientInfo[]) =>
          open(create(), { listed }).tasks.map((task) => task.clientId);
        const selected = picks(clients);
        require(selected.length > 0, "expected at least one client, got none");
        requireEqual(picks(clients.toReversed()), selected, "selection");
      },
    },
    {
      name: "gives bit-equal weights and state whatever the order of arrival",
      run() {
        const inOrder = play(create(), {});
        requireEqual(
          play(create(), { arrange: (updates) => updates.toReversed() }),
          inOrder,
          "reversed order",
        );
        const rotate = (updates: Update[]) => [...updates.slice(2), ...updates.slice(0, 2)];
        requireEqual(play(create(), { arrange: rotate }), inOrder, "rotated order");
      },
    },
    {
      name: "leaves the model where it is when every client returns it unchanged",
      run() {
        const strategy = create();
        const globalWeights = contractWeights(layout);
        const result = playRound(strategy, { globalWeights, change: () => globalWeights.slice() });
        requireEqual(result.outcome, "aggregated", "outcome");
        for (const [i, value] of result.weights.entries()) {
          const before = globalWeights[i] as number;
          require(Math.abs(value - before) <=
            1e-6 * Math.abs(before), `element ${i}: expected ${before}, got ${value}`);
        }
      },
    },
    {
      name: "never writes to the global weights, the updates or the state it was given",
      run() {
        const strategy = create();
        const globalWeights = contractWeights(layout);
        const state = createAggregationState(strategy, [], layout);
        const before = encodeState({ globalWeights, state });
        const given: Update[] = [];
        playRound(strategy, {
          globalWeights,
          state,
          arrange(updates) {
            given.push(...updates);
            return updates;
          },
        });
        requireEqual(encodeState({ globalWeights, state }), before, "weights and state");
        for (const update of given) {
          requireEqual(
            [...update.values],
            [...contractUpdate(update.clientId, 1, layout).values],
            update.clientId,
          );
        }
      },
    },
    {
      name: "keeps plain state: a run resumed from bytes after every round equals the uninterrupted one",
      run() {
        const viaBytes = (state: AggregationState) => decodeState(encodeState(state)) as AggregationState;
        requireEqual(play(create(), { between: viaBytes }), play(create(), {}), "resumed run");
      },
    },
    {
      name: "keeps weights and state when no client answers",
      run() {
        const strategy = create();
        const first = playRound(strategy, {});
        const options = { globalWeights: first.weights, state: first.state, round: 2 };
        const empty = playRound(strategy, { ...options, arrange: () => [] });
        requireEqual([empty.outcome, empty.weights], ["kept", first.weights], "weights");
        requireEqual(empty.state, first.state, "state");
      },
    },
    {
      name: "returns finite weights of the right length and never touches private tensors",
      run() {
        const globalWeights = contractWeights(layout);
        const { weights, outcome } = playRound(create(), { globalWeights });
        requireEqual([outcome, weights.length], ["aggregated", layout.size], "result");
        require(weights.every(Number.isFinite), "expected finite weights");
        requireEqual([...weights.slice(16)], [...globalWeights.slice(16)], "private tensor");
      },
    },
  ];
}

interface PlayOptions {
  listed?: readonly ClientInfo[];
  globalWeights?: Float32Array;
  state?: AggregationState;
  round?: number;
  change?: (update: Update) => Float32Array;
  arrange?: (updates: Update[]) => Update[];
}

function open(strategy: Strategy, options: PlayOptions) {
  return openRound({
    strategy,
    hooks: [],
    state: options.state ?? createAggregationState(strategy, [], layout),
    layout,
    globalWeights: options.globalWeights ?? contractWeights(layout),
    round: options.round ?? 1,
    clients: options.listed ?? clients,
    train,
    seed: 7,
  });
}

function playRound(strategy: Strategy, options: PlayOptions): RoundResult {
  const round = open(strategy, options);
  const updates = round.tasks.map(({ clientId }) => {
    const update = contractUpdate(clientId, options.round ?? 1, layout);
    return options.change ? { ...update, values: options.change(update) } : update;
  });
  for (const update of (options.arrange ?? ((all) => all))(updates)) round.receive(update);
  return round.close();
}

function play(
  strategy: Strategy,
  options: PlayOptions & { between?: (state: AggregationState) => AggregationState },
): unknown {
  let globalWeights = contractWeights(layout);
  let state = createAggregationState(strategy, [], layout);
  for (let round = 1; round <= numRounds; round += 1) {
    const result = playRound(strategy, { ...options, globalWeights, state, round });
    globalWeights = result.weights;
    state = options.between ? options.between(result.state) : result.state;
  }
  return { weights: globalWeights, state };
}

function require(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

function requireEqual(received: unknown, expected: unknown, what: string): void {
  const [got, want] = [encodeState(received), encodeState(expected)];
  const same = got.length === want.length && got.every((byte, i) => byte === want[i]);
  require(same, `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(received)}`);
}
