import { describe, expect, it } from "vitest";
import type { AggregationState } from "../aggregation-state.js";
import { createAggregationState } from "../aggregation-state.js";
import { controlCorrection, nextClientControl } from "../client/scaffold-client.js";
import { randomStream } from "../random.js";
import { openRound } from "../round.js";
import type { Strategy } from "../strategy.js";
import { flatLayout, updatesOf } from "../testing/watch-round.js";
import type { Update } from "../update.js";
import { fedAvg } from "./fed-avg.js";
import { fedNova } from "./fed-nova.js";
import { scaffold } from "./scaffold.js";

/** F_k(y) = sum_i a_i / 2 (y_i - b_i)^2, trained with so many steps of plain gradient descent. */
interface Quadratic {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly steps: number;
}

const size = 3;
const learningRate = 0.05;
const random = randomStream(3, "quadratics");
const clients: readonly Quadratic[] = Array.from({ length: 6 }, (_, k) => ({
  a: Array.from({ length: size }, () => 0.2 + 2 * random.uniform()),
  b: Array.from({ length: size }, () => 3 * random.normal()),
  steps: 2 + 3 * k,
}));
const ids = clients.map((_, k) => `c0${k}`);
const at = (values: ArrayLike<number>, i: number) => values[i] as number;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Where the sum of all clients' functions is least. */
const optimum = Array.from(
  { length: size },
  (_, i) => sum(clients.map(({ a, b }) => at(a, i) * at(b, i))) / sum(clients.map(({ a }) => at(a, i))),
);
const gradient = ({ a, b }: Quadratic, y: ArrayLike<number>) =>
  a.map((slope, i) => slope * (at(y, i) - at(b, i)));

/** Algorithm 1, option II, of the paper in float64: one round with the picked clients. */
function referenceRound(
  state: { x: number[]; c: number[]; ck: number[][] },
  picks: readonly number[],
  serverLearningRate: number,
) {
  const { x, c, ck } = state;
  const results = picks.map((k) => {
    const client = clients[k] as Quadratic;
    const own = ck[k] as number[];
    let y = [...x];
    for (let step = 0; step < client.steps; step += 1) {
      const g = gradient(client, y);
      y = y.map((value, i) => value - learningRate * (at(g, i) - at(own, i) + at(c, i)));
    }
    const next = own.map(
      (value, i) => value - at(c, i) + (at(x, i) - at(y, i)) / (client.steps * learningRate),
    );
    return { k, y, next, change: next.map((value, i) => value - at(own, i)) };
  });
  const mean = (of: (result: (typeof results)[number]) => number) => sum(results.map(of)) / results.length;
  return {
    x: x.map((value, i) => value + serverLearningRate * mean(({ y }) => at(y, i) - value)),
    c: c.map((value, i) => value + (picks.length / clients.length) * mean(({ change }) => at(change, i))),
    ck: ck.map((own, k) => results.find((result) => result.k === k)?.next ?? own),
  };
}

/** A federation that trains for real: clients keep their control variates, the server is the package's. */
function openFederation(strategy: Strategy) {
  const layout = flatLayout(size);
  const zero = new Float32Array(size);
  const controls: Float32Array[] = ids.map(() => zero);
  let globalWeights: Float32Array = zero;
  let state: AggregationState = createAggregationState(strategy, [], layout);
  let number = 0;

  function train(k: number, broadcast: Float32Array | undefined): Update {
    const client = clients[k] as Quadratic;
    const { steps } = client;
    const own = controls[k] as Float32Array;
    const correction = broadcast ? controlCorrection(broadcast, own) : zero;
    let y: Float32Array = globalWeights;
    for (let step = 0; step < steps; step += 1) {
      const g = gradient(client, y);
      y = y.map((value, i) => value - learningRate * (at(g, i) + at(correction, i)));
    }
    const [update] = updatesOf([y], { form: "weights", round: number, numSteps: steps }) as [Update];
    if (!broadcast) return { ...update, clientId: ids[k] as string };
    const next = nextClientControl({
      control: broadcast,
      clientControl: own,
      globalWeights,
      weights: y,
      numSteps: steps,
      learningRate,
    });
    controls[k] = next.clientControl;
    return { ...update, clientId: ids[k] as string, vectors: { control: next.change } };
  }

  return {
    controls,
    playRound(picks: readonly number[]) {
      number += 1;
      const round = openRound({
        strategy: { ...strategy, select: () => ({ clientIds: picks.map((k) => ids[k] as string) }) },
        hooks: [],
        state,
        layout,
        globalWeights,
        round: number,
        clients: ids.map((clientId) => ({ clientId, numSamples: 1 })),
        train: { epochs: 1, batchSize: 1, learningRate },
        seed: 1,
      });
      for (const k of picks) round.receive(train(k, round.broadcast.control));
      const result = round.close();
      globalWeights = result.weights;
      state = result.state;
      return result;
    },
  };
}

const everybody = clients.map((_, k) => k);
const errorOf = (weights: ArrayLike<number>) =>
  Math.max(...optimum.map((value, i) => Math.abs(at(weights, i) - value)));

describe("SCAFFOLD on quadratics", () => {
  it.each([1, 0.5])("follows its listing with some of the clients, server step %s", (serverLearningRate) => {
    const federation = openFederation(scaffold({ serverLearningRate }));
    const nothing = new Array<number>(size).fill(0);
    let want = { x: nothing, c: nothing, ck: clients.map(() => nothing) };
    for (const picks of [[0, 3, 5], [1, 3], [0, 1, 2, 4, 5], [2], everybody]) {
      const { weights, state } = federation.playRound(picks);
      want = referenceRound(want, picks, serverLearningRate);
      const { control } = state.strategy.state as { control: Float64Array };
      const errors = want.x.map((value, i) =>
        Math.max(Math.abs(at(weights, i) - value), Math.abs(at(control, i) - at(want.c, i))),
      );
      // Weights and control variates travel as float32, and the latter divide their error by steps times learning rate.
      expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
      for (const [k, own] of want.ck.entries()) {
        for (const [i, value] of own.entries()) {
          expect(Math.abs(at(federation.controls[k] as Float32Array, i) - value)).toBeLessThanOrEqual(1e-5);
        }
      }
    }
  });

  it("keeps the server's control variate at the mean of the clients'", () => {
    const federation = openFederation(scaffold());
    for (const picks of [[0, 3, 5], [1, 3], everybody, [2, 4]]) {
      const { state } = federation.playRound(picks);
      const { control } = state.strategy.state as { control: Float64Array };
      for (const [i, value] of control.entries()) {
        const mean = sum(federation.controls.map((own) => at(own, i))) / clients.length;
        expect(Math.abs(value - mean)).toBeLessThanOrEqual(1e-5);
      }
    }
  });

  it("ends at the joint optimum, with all clients and with half of them at a time", () => {
    const all = openFederation(scaffold());
    const some = openFederation(scaffold());
    const order = randomStream(9, "picks");
    let [last, lastOfSome]: Float32Array[] = [];
    for (let round = 0; round < 400; round += 1) {
      last = all.playRound(everybody).weights;
      const picks = order.shuffle([...everybody]).slice(0, 3);
      lastOfSome = some.playRound(picks).weights;
    }
    expect(errorOf(last ?? [])).toBeLessThan(1e-5);
    expect(errorOf(lastOfSome ?? [])).toBeLessThan(1e-5);
  });

  it("where FedAvg and FedNova stay away from it: one drifts with the steps, the other with the clients", () => {
    for (const strategy of [fedAvg(), fedNova()]) {
      const federation = openFederation(strategy);
      let weights: Float32Array = new Float32Array(size);
      for (let round = 0; round < 400; round += 1) {
        weights = federation.playRound(everybody).weights;
      }
      expect(errorOf(weights)).toBeGreaterThan(1e-2);
    }
  });
});
