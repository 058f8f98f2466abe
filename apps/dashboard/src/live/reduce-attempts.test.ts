import type { FedloomEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { reduceEvents } from "./reduce-events.js";
import { emptyView } from "./run-view.js";
import { completedRun, createEventMaker } from "./testing-events.js";

const reduce = (events: readonly FedloomEvent[]) => reduceEvents(emptyView, events);
const aurocs = (events: readonly FedloomEvent[]) =>
  reduce(events).rounds.map(({ round, metrics }) => [round, metrics.auroc]);

/** The second start of a run that was killed in its fourth round, after the checkpoint of the second. */
function secondStart(): FedloomEvent[] {
  const make = createEventMaker("trainer-2", "second");
  const start = { experimentName: "pneumonia", trainingMode: "federated" as const, numRounds: 4 };
  const round = (round: number, auroc: number) => {
    return [
      make("round_start", { round, totalRounds: 4, participatingClients: 2, clientIds: ["a", "b"] }),
      make("round_metrics", { round, totalRounds: 4, metrics: { auroc } }),
    ];
  };
  return [
    make("training_start", { ...start, attempt: 2, resumedFrom: 2 }),
    ...round(3, 0.5),
    ...round(4, 0.6),
  ];
}

describe("a run that went on from a checkpoint", () => {
  const first = completedRun(4).filter(({ type }) => type !== "training_end");
  const expected = [
    [1, 0.91],
    [2, 0.92],
    [3, 0.5],
    [4, 0.6],
  ];

  it("shows each round as it was trained last", () => {
    expect(aurocs([...first, ...secondStart()])).toEqual(expected);
    const view = reduce([...first, ...secondStart().slice(0, 1)]);
    expect(view.rounds.map(({ round }) => round)).toEqual([1, 2]);
    expect([...view.clients.keys()]).toEqual([1, 2]);
  });

  it("does so when what the first start said comes late, or the start itself does", () => {
    expect(aurocs([...first.slice(0, 12), ...secondStart(), ...first.slice(12)])).toEqual(expected);
    const [start, ...rest] = secondStart();
    expect(aurocs([...first.slice(0, 16), ...rest, start as FedloomEvent])).toEqual(expected);
  });
});

it("a run in one place shows epochs as rounds", () => {
  const make = createEventMaker();
  const view = reduce([
    make("training_mode", { isFederated: false, numRounds: 0, numClients: 0 }),
    make("training_start", { experimentName: "one place", trainingMode: "centralized", totalEpochs: 3 }),
    make("epoch_start", { epoch: 1, totalEpochs: 3 }),
    make("epoch_end", { epoch: 1, phase: "train", metrics: { loss: 0.5 } }),
    make("epoch_end", { epoch: 1, phase: "val", metrics: { loss: 0.4, auroc: 0.8 } }),
  ]);
  expect([view.unit, view.totalRounds]).toEqual(["epoch", 3]);
  expect(view.rounds).toMatchObject([{ round: 1, fit: { loss: 0.5 }, metrics: { loss: 0.4, auroc: 0.8 } }]);
});

it("the state that the server tells holds until training begins again", () => {
  const make = createEventMaker("server");
  const paused = make("run_state", { state: "paused", reason: "asked to" });
  const view = reduce([...completedRun(1).slice(0, 4), paused]);
  expect(view.state?.state).toBe("paused");
  expect(reduceEvents(view, secondStart()).state).toBeUndefined();
});
