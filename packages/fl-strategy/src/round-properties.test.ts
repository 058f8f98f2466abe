import { describe, expect, it } from "vitest";
import { createAggregationState } from "./aggregation-state.js";
import { rejectInvalid } from "./hooks/reject-invalid.js";
import type { AggregateHook } from "./hooks.js";
import { openRound, type RoundOptions } from "./round.js";
import { fedAvg } from "./strategies/fed-avg.js";
import { fedBuff } from "./strategies/fed-buff.js";
import type { Strategy } from "./strategy.js";
import { flatLayout, updatesOf } from "./testing/watch-round.js";
import type { Update } from "./update.js";

function open(
  changes: Partial<RoundOptions> & { strategy?: Strategy; hooks?: readonly AggregateHook[] } = {},
) {
  const { strategy = fedAvg(), hooks = [rejectInvalid()] } = changes;
  return openRound({
    state: createAggregationState(strategy, hooks, flatLayout(1)),
    layout: flatLayout(1),
    globalWeights: Float32Array.of(0),
    round: 3,
    clients: ["c00", "c01", "c02", "c03"].map((clientId) => ({ clientId, numSamples: 1 })),
    train: { epochs: 1, batchSize: 1, learningRate: 0.1 },
    seed: 1,
    ...changes,
    strategy,
    hooks,
  });
}
const [a, b, c, d] = updatesOf([[1], [2], [3], [4]], { round: 3 }) as [Update, Update, Update, Update];

describe("quorum", () => {
  it.each([
    [1, 3, "aggregated"],
    [3, 3, "aggregated"],
    [4, 3, "kept"],
    [9, 4, "kept"],
  ])("of %s with %s updates: %s", (quorum, count, outcome) => {
    const round = open({ quorum });
    for (const update of [a, b, c, d].slice(0, count)) round.receive(update);
    expect(round.isEnough).toBe(count === 4);
    const result = round.close();
    expect(result.outcome).toBe(outcome);
    if (outcome === "aggregated") return;
    expect(result.reason).toBe(
      `quorum: expected at least ${quorum} accepted updates, got ${count} (0 refused, ${4 - count} clients failed)`,
    );
    expect([...result.weights]).toEqual([0]);
    expect(result.failed).toHaveLength(4 - count);
  });

  it("counts accepted updates only, and asks for more than the selection's enough", () => {
    const strategy = fedAvg({ selection: { kind: "fraction", fraction: 0.5, overSelect: 2 } });
    const round = open({ strategy, quorum: 3 });
    round.receive(a);
    round.receive({ ...b, values: Float32Array.of(Number.NaN) });
    round.receive(c);
    expect(round.isEnough).toBe(false);
    round.receive(d);
    expect(round.isEnough).toBe(true);
    expect(round.close().outcome).toBe("aggregated");
  });

  it.each([0, -1, 1.5, Number.NaN])("of %s is refused", (quorum) => {
    expect(() => open({ quorum })).toThrow(`quorum: expected an integer >= 1, got ${quorum}`);
  });
});

describe("deadline", () => {
  it("runs down with the clock that was given, never below 0", () => {
    let time = 5_000;
    const round = open({ deadlineMs: 1_000, now: () => time });
    expect(round.remainingMs()).toBe(1_000);
    time += 400;
    expect(round.remainingMs()).toBe(600);
    time += 10_000;
    expect(round.remainingMs()).toBe(0);
    round.receive(a);
    const result = round.close();
    expect(result.outcome).toBe("aggregated");
    expect(result.failed.map(({ reason }) => reason)).toEqual(new Array(3).fill("no update in time"));
  });

  it("is far away unless it was set, and is refused unless it lies ahead", () => {
    expect(open().remainingMs()).toBe(Number.POSITIVE_INFINITY);
    for (const deadlineMs of [0, -1, Number.NaN]) {
      expect(() => open({ deadlineMs })).toThrow(`deadlineMs: expected a number > 0, got ${deadlineMs}`);
    }
  });
});

describe.each([
  ["with reject-invalid", [rejectInvalid()]],
  ["without hooks", []],
])("what nobody asked for, %s", (_name, hooks) => {
  const weights = (updates: readonly Update[]) => {
    const round = open({ hooks });
    return { verdicts: updates.map((update) => round.receive(update).status), ...round.close() };
  };

  it("a second answer has no effect, whether the first was accepted or refused", () => {
    const twice = weights([a, b, { ...a, values: Float32Array.of(100) }]);
    expect(twice.verdicts).toEqual(["accepted", "accepted", "refused"]);
    expect([...twice.weights]).toEqual([1.5]);
    const broken = { ...a, values: Float32Array.of(Number.NaN) };
    const mended = weights([broken, b, a]);
    expect(mended.verdicts).toEqual(["refused", "accepted", "refused"]);
    expect([...mended.weights]).toEqual([2]);
  });

  it("a stranger's answer has no effect", () => {
    for (const clientId of ["nobody", "", "c00 ", "constructor", "__proto__"]) {
      const result = weights([a, { ...b, clientId }]);
      expect(result.verdicts).toEqual(["accepted", "refused"]);
      expect([...result.weights]).toEqual([1]);
      expect(result.failed.map((failure) => failure.clientId)).toEqual(["c01", "c02", "c03"]);
    }
  });

  it("an answer to another round has no effect, and its sender may still answer this one", () => {
    for (const round of [2, 4, 0, -1, 2.5, Number.NaN]) {
      const result = weights([{ ...a, round, values: Float32Array.of(50) }, a, b]);
      expect(result.verdicts).toEqual(["refused", "accepted", "accepted"]);
      expect([...result.weights]).toEqual([1.5]);
    }
  });

  it("an answer after the round was closed or had failed has no effect", () => {
    const round = open({ hooks });
    round.fail("c00", "offline");
    expect(round.receive(a).status).toBe("refused");
    round.receive(b);
    round.fail("c01", "too late to fail");
    const result = round.close();
    expect([...result.weights]).toEqual([2]);
    expect(result.failed.map(({ reason }) => reason)).toEqual([
      "offline",
      "no update in time",
      "no update in time",
    ]);
    for (const late of [() => round.receive(c), () => round.fail("c02", "offline"), () => round.close()]) {
      expect(late).toThrow("round 3 is closed");
    }
  });

  it("values of another length have no effect", () => {
    for (const values of [new Float32Array(0), Float32Array.of(1, 2)]) {
      const result = weights([{ ...a, values }, b]);
      expect(result.verdicts).toEqual(["refused", "accepted"]);
      expect([...result.weights]).toEqual([2]);
    }
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("a sample count of %s has no effect", (numSamples) => {
    const result = weights([{ ...a, numSamples }, b]);
    expect(result.verdicts).toEqual(["refused", "accepted"]);
    expect([...result.weights]).toEqual([2]);
  });
});

describe("more answers than are enough", () => {
  it("the first count, the rest are told so", () => {
    const round = open({
      strategy: fedAvg({ selection: { kind: "fraction", fraction: 0.5, overSelect: 2 } }),
    });
    expect(round.tasks).toHaveLength(4);
    expect([c, a].map((update) => round.receive(update).status)).toEqual(["accepted", "accepted"]);
    expect(round.isEnough).toBe(true);
    expect(round.receive(b)).toMatchObject({ code: "not_needed", by: "fedavg" });
    const { weights, failed } = round.close();
    expect([...weights]).toEqual([2]);
    expect(failed).toEqual([{ clientId: "c03", reason: "not needed: enough updates" }]);
  });

  it("nobody picked means nothing done", () => {
    const round = open({ strategy: fedAvg({ selection: { kind: "poisson", rate: 1e-9 } }) });
    expect(round.tasks).toEqual([]);
    expect(round.close()).toMatchObject({
      outcome: "kept",
      reason: "no update was accepted (0 refused, 0 clients failed)",
    });
  });

  it("late work counts where the strategy takes it, as far back as it says", () => {
    const round = open({ strategy: fedBuff({ bufferSize: 4, maxStaleness: 1, normalization: "weights" }) });
    const stale = [
      { ...a, round: 2 },
      { ...b, round: 1 },
      { ...c, round: 2, form: "weights" as const },
    ];
    expect(stale.map((update) => round.receive(update).status)).toEqual(["accepted", "refused", "refused"]);
    round.receive(d);
    const late = Math.SQRT1_2;
    expect(round.close().weights[0]).toBeCloseTo((1 * late + 4) / (1 + late), 6);
  });
});
