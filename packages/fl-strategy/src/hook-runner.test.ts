import { describe, expect, it } from "vitest";
import { rejectInvalid } from "./hooks/reject-invalid.js";
import type { AggregateHook, HookPolicy } from "./hooks.js";
import type { RoundResult } from "./round.js";
import { openSmallRound, smallUpdate } from "./testing/small-round.js";

function play(hooks: readonly AggregateHook[], now?: () => number): RoundResult {
  const round = openSmallRound({ hooks: [rejectInvalid(), ...hooks], ...(now ? { now } : {}) });
  round.receive(smallUpdate("a", 2));
  round.fail("b", "gone");
  round.receive(smallUpdate("c", 4));
  return round.close();
}

const boom = (method: keyof AggregateHook, onThrow: HookPolicy): AggregateHook => ({
  name: "boom",
  onThrow,
  [method]: () => {
    throw new Error("boom");
  },
});

describe("hooks of a round", () => {
  it("may replace an update, with a state and counters of their own", () => {
    const halve: AggregateHook<{ seen: string[] }> = {
      name: "halve",
      init: () => ({ seen: [] }),
      beforeUpdate: (update, { state }) => ({
        replace: { ...update, values: update.values.map((value) => value / 2) },
        state: { seen: [...state.seen, update.clientId] },
        counters: { halved: 4 },
      }),
    };
    const result = play([halve]);
    expect([...result.weights]).toEqual([1.5, 1.5, 1.5, 1]);
    expect(result.state.hooks).toEqual({ "reject-invalid": null, halve: { seen: ["a", "c"] } });
    expect(result.hooks[1]).toMatchObject({
      name: "halve",
      verdict: "replaced",
      counters: { calls: 2, replaced: 2, refused: 0, threw: 0, halved: 8 },
    });
  });

  it("may replace the aggregate before it is applied", () => {
    const add: AggregateHook = {
      name: "add",
      afterAggregate: (delta) => ({ replace: delta.map((value) => value + 1) }),
    };
    expect([...play([add]).weights]).toEqual([4, 4, 4, 1]);
  });

  it("may refuse one update or the whole round, with a reason", () => {
    const noC: AggregateHook = {
      name: "no-c",
      beforeUpdate: ({ clientId }) =>
        clientId === "c" ? { refuse: { code: "no_c", message: "not c" } } : undefined,
    };
    expect([...play([noC]).weights]).toEqual([2, 2, 2, 1]);
    const quorum: AggregateHook = {
      name: "quorum",
      beforeAggregate: ({ round }) =>
        round.updates.length < 3
          ? { refuse: { code: "quorum", message: `only ${round.updates.length}` } }
          : undefined,
    };
    const result = play([quorum]);
    expect(result).toMatchObject({ outcome: "kept", reason: "only 2" });
    expect([...result.weights]).toEqual([1, 1, 1, 1]);
  });

  it("see failures and the outcome, and are timed", () => {
    const seen: unknown[] = [];
    const watch: AggregateHook = {
      name: "watch",
      onFailure: (failure, { round }) => void seen.push(failure, round.round, [...round.picks]),
      onRoundEnd: ({ outcome, weights }, { round }) =>
        void seen.push(outcome, weights[0], round.failed.length),
    };
    let time = 0;
    const result = play([watch], () => (time += 5));
    expect(seen).toEqual([{ clientId: "b", reason: "gone" }, 2, ["a", "b", "c"], "aggregated", 3, 1]);
    expect(result.hooks.map(({ name, durationMs }) => [name, durationMs])).toEqual([
      ["reject-invalid", 10],
      ["watch", 10],
    ]);
  });

  it("cost what their policy says when they throw", () => {
    const skipped = play([boom("beforeUpdate", "skip-update")]);
    expect(skipped.refused.map(({ clientId, message }) => [clientId, message])).toEqual([
      ["a", "hook boom: beforeUpdate threw: boom"],
      ["c", "hook boom: beforeUpdate threw: boom"],
    ]);
    expect(skipped.hooks[1]).toMatchObject({ verdict: "threw", counters: { threw: 2 } });
    for (const method of ["beforeAggregate", "afterAggregate"] as const) {
      const kept = play([boom(method, "skip-update")]);
      expect(kept).toMatchObject({ outcome: "kept", reason: `hook boom: ${method} threw: boom` });
    }
    expect(play([boom("onRoundEnd", "skip-round")])).toMatchObject({ outcome: "aggregated" });
    for (const method of ["beforeUpdate", "afterAggregate", "onFailure"] as const) {
      expect(() => play([boom(method, "fail-run")])).toThrow(`hook boom: ${method} threw: boom`);
    }
  });

  it("skip the round when one update breaks a hook of policy skip-round, though others were accepted", () => {
    const fussy: AggregateHook = {
      name: "fussy",
      onThrow: "skip-round",
      beforeUpdate({ clientId }) {
        if (clientId === "c") throw new Error("c again");
        return undefined;
      },
    };
    const result = play([fussy]);
    expect(result).toMatchObject({ outcome: "kept", reason: "hook fussy: beforeUpdate threw: c again" });
    expect(result.updates.map((update) => update.clientId)).toEqual(["a"]);
  });

  it("cannot pass another client's update or another size off", () => {
    const swap = (changes: object): AggregateHook => ({
      name: "swap",
      beforeUpdate: (update) => ({ replace: { ...update, ...changes } }),
    });
    expect(play([swap({ clientId: "b" })]).refused[0]?.message).toContain(
      "expected client a and round 2, got b and 2",
    );
    expect(play([swap({ values: new Float32Array(1) })]).refused[0]?.message).toContain(
      "expected 4 elements, got 1",
    );
    const cut: AggregateHook = { name: "cut", afterAggregate: () => ({ replace: new Float64Array(1) }) };
    expect(play([cut])).toMatchObject({
      outcome: "kept",
      reason: expect.stringContaining("expected 4 elements, got 1"),
    });
  });

  it("must have names of their own", () => {
    expect(() => openSmallRound({ hooks: [rejectInvalid(), rejectInvalid()] })).toThrow(
      'hooks: expected names used once, got "reject-invalid" twice',
    );
  });
});
