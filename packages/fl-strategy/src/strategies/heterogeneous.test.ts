import { describe, expect, it } from "vitest";
import { controlCorrection, nextClientControl } from "../client/scaffold-client.js";
import { playRound } from "../testing/play-round.js";
import { fedBuff } from "./fed-buff.js";
import { fedNova } from "./fed-nova.js";
import { fedProx } from "./fed-prox.js";
import { qFedAvg } from "./q-fed-avg.js";
import { type ScaffoldState, scaffold } from "./scaffold.js";

const close = (received: ArrayLike<number>, expected: readonly number[], digits = 6) => {
  expect(received.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(received[i]).toBeCloseTo(value, digits);
};

describe("fedProx", () => {
  it("asks clients for the proximal term and averages as FedAvg", () => {
    const strategy = fedProx({ mu: 0.1 });
    const context = { train: { epochs: 1, batchSize: 2, learningRate: 0.1 } } as never;
    expect(strategy.configure("c", context)).toEqual({
      epochs: 1,
      batchSize: 2,
      learningRate: 0.1,
      proximalMu: 0.1,
    });
    expect(() => fedProx({ mu: -1 })).toThrow("mu: expected a finite number >= 0, got -1");
  });
});

describe("fedNova", () => {
  const updates = [
    { numSamples: 10, numSteps: 2, values: [-0.2, 0.4] },
    { numSamples: 30, numSteps: 10, values: [1, -0.5] },
    { numSamples: 60, numSteps: 5, values: [0.3, 0.6] },
  ];

  it("gives the hand-checkable example", () => {
    close(playRound({ strategy: fedNova(), updates, globalWeights: [1, 2] }).weights, [1.3472, 2.4774]);
  });

  it("is FedAvg where all take the same number of steps", () => {
    const same = updates.map((update) => ({ ...update, numSteps: 7 }));
    close(playRound({ strategy: fedNova(), updates: same, globalWeights: [1, 2] }).weights, [1.46, 2.25]);
  });

  it("counts steps with momentum and with a proximal term as the paper does", () => {
    const norm = (options: Parameters<typeof fedNova>[0], numSteps: number) =>
      playRound({ strategy: fedNova(options), updates: [{ values: [1], numSteps }] }).updates[0]?.scalars
        .steps;
    // (1 - .9) + (1 - .81) + (1 - .729) over 1 - .9.
    expect(norm({ clientMomentum: 0.9 }, 3)).toBeCloseTo((0.1 + 0.19 + 0.271) / 0.1, 12);
    expect(norm({ mu: 0.5 }, 3)).toBeCloseTo(1 + 0.95 + 0.95 ** 2, 12);
  });

  it("refuses an update without steps, and contradicting options", () => {
    const result = playRound({
      strategy: fedNova(),
      updates: [{ values: [1], numSteps: 0 }, { values: [2] }],
    });
    expect(result.refused.map(({ by, code, message }) => [by, code, message])).toEqual([
      ["fednova", "invalid_step_count", "num_steps: expected an integer >= 1, got 0"],
      ["fednova", "invalid_step_count", "num_steps: expected an integer >= 1, got undefined"],
    ]);
    expect(() => fedNova({ mu: 1, clientMomentum: 0.5 })).toThrow(
      "mu: expected 0 with a clientMomentum above 0, got 1",
    );
  });
});

describe("scaffold", () => {
  // F_k(y) = a/2 (y - b)^2: gradient a (y - b).
  const clients = [
    { a: 1, b: 3 },
    { a: 2, b: -1 },
  ];
  const localSteps = ({ a, b }: { a: number; b: number }, x: number, correction: number) => {
    let y = x;
    for (let step = 0; step < 3; step += 1) y -= 0.1 * (a * (y - b) + correction);
    return y;
  };

  it("gives the hand-checkable round, client and server", () => {
    const zero = Float32Array.of(0);
    const updates = clients.map((client) => {
      const y = localSteps(client, 0, controlCorrection(zero, zero)[0] as number);
      const step = { globalWeights: zero, weights: Float32Array.of(y), numSteps: 3, learningRate: 0.1 };
      const next = nextClientControl({ ...step, control: zero, clientControl: zero });
      return { values: [y], vectors: { control: next.change }, startedFresh: true, y, next };
    });
    close(
      updates.map(({ y }) => y),
      [0.813, -0.488],
    );
    close(
      updates.map(({ next }) => next.clientControl[0] as number),
      [-2.71, 1.62667],
      4,
    );
    const result = playRound({ strategy: scaffold(), updates, silent: 2 });
    close(result.weights, [0.1625]);
    const state = result.state.strategy.state as ScaffoldState;
    close(state.control, [-0.270833]);
    expect(state.participants).toEqual(["c0", "c1"]);
    expect(result.notes).toEqual([]);
  });

  it("says when a client has lost its control variate", () => {
    const strategy = scaffold();
    const updates = [{ values: [1], vectors: { control: Float32Array.of(0) }, startedFresh: true }];
    const first = playRound({ strategy, updates });
    const again = playRound({ strategy, updates, round: 2, state: first.state });
    expect(again.notes).toEqual([expect.objectContaining({ clientId: "c0", code: "client_state_lost" })]);
  });

  it("refuses control variates that are missing, of another size or not finite", () => {
    const updates = [undefined, [1, 2], [Number.NaN]].map((control) => ({
      values: [1],
      ...(control ? { vectors: { control: Float32Array.from(control) } } : {}),
    }));
    expect(playRound({ strategy: scaffold(), updates }).refused.map(({ message }) => message)).toEqual([
      "vectors.control: expected 1 float32, got none",
      "vectors.control: expected 1 float32, got 2 of them",
      "vectors.control: expected finite values, got others",
    ]);
  });
});

describe("fedBuff", () => {
  const updates = [
    { round: 9, values: [0.3, -0.3] },
    { round: 6, values: [1, 1] },
    { round: 1, values: [-0.6, 0.9] },
  ];
  const after = (options: Partial<Parameters<typeof fedBuff>[0]>) =>
    playRound({
      strategy: fedBuff({ bufferSize: 3, ...options }),
      updates,
      round: 9,
      globalWeights: [1, 1],
      silent: 5,
    });

  it("gives the hand-checkable examples", () => {
    close(after({}).weights, [1.2, 1.166667]);
    close(after({ normalization: "weights" }).weights, [1.327273, 1.272727]);
    close(after({ normalization: "none" }).weights, [1.6, 1.5]);
  });

  it("steps when the buffer is full, and takes no more", () => {
    const result = playRound({
      strategy: fedBuff({ bufferSize: 2 }),
      updates: [{ values: [1] }, { values: [2] }, { values: [3] }],
    });
    expect([...result.weights]).toEqual([1.5]);
    expect(result.refused).toMatchObject([{ clientId: "c2", code: "not_needed" }]);
  });

  it("wants differences of clients that started earlier", () => {
    const stale = [{ round: 3, values: [1], form: "weights" as const }];
    expect(
      playRound({ strategy: fedBuff({ bufferSize: 1 }), updates: stale, round: 4 }).refused,
    ).toMatchObject([{ code: "stale_weights" }]);
  });
});

describe("qFedAvg", () => {
  const update = (loss: number, value: number) => ({ values: [value], metrics: { initial_loss: loss } });

  it("is the plain mean for q = 0, and pulls towards large losses for q > 0", () => {
    const updates = [update(2, 1), update(0.5, -1)];
    close(playRound({ strategy: qFedAvg({ q: 0 }), updates }).weights, [0]);
    // L = 10, F^q = 2, 0.5: sum F L d = 20 - 5; h = q L^2 d^2 + L F = 100 + 20 and 100 + 5.
    close(playRound({ strategy: qFedAvg({ q: 1 }), updates }).weights, [15 / 225]);
  });

  it("refuses an update without the loss it needs", () => {
    const updates = [{ values: [1] }, update(Number.NaN, 1), update(-1, 1)];
    expect(playRound({ strategy: qFedAvg(), updates }).refused.map(({ message }) => message)).toEqual([
      "metrics.initial_loss: expected a finite number >= 0, got undefined",
      "metrics.initial_loss: expected a finite number >= 0, got NaN",
      "metrics.initial_loss: expected a finite number >= 0, got -1",
    ]);
  });
});
