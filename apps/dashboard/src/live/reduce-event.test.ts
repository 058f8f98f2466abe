import type { FedloomEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { MAX_CLIENT_ENTRIES, MAX_CLIENT_ROUNDS, MAX_ERRORS, MAX_LOG_PER_TYPE } from "./bounds.js";
import { reduceEvent } from "./reduce-event.js";
import { emptyView, type RunView } from "./run-view.js";
import { completedRun, createEventMaker } from "./testing-events.js";

const reduce = (events: readonly FedloomEvent[], view: RunView = emptyView) =>
  events.reduce(reduceEvent, view);
/** What is shown, without the order in which it came. */
const shown = ({ log, seen, ...rest }: RunView) => rest;

describe("the view of a run", () => {
  it("holds rounds, clients and the end", () => {
    const view = reduce(completedRun(2));
    expect(view.totalRounds).toBe(2);
    expect(view.rounds.map(({ round, metrics, fit }) => [round, metrics.auroc, fit.train_loss])).toEqual([
      [1, 0.91, 0.4],
      [2, 0.92, 0.2],
    ]);
    expect(view.clients.get(2)?.get("b")).toEqual({
      clientId: "b",
      status: "ok",
      localEpoch: 1,
      totalLocalEpochs: 1,
      trainLoss: 0.2,
      numSamples: 100,
      durationMs: 50,
      bytesUp: 10,
      bytesDown: 10,
    });
    expect(view.end?.status).toBe("completed");
    expect(view.numEvents).toBe(completedRun(2).length);
  });

  it("is the same object after an event that came before", () => {
    const events = completedRun(2);
    const view = reduce(events);
    expect(reduce(events, view)).toBe(view);
  });

  it("is the same when stored and live events overlap and come out of order", () => {
    const events = completedRun(4);
    const inOrder = shown(reduce(events));
    expect(shown(reduce([...events.slice(20), ...events]))).toEqual(inOrder);
    expect(shown(reduce([...events].reverse()))).toEqual(inOrder);
  });

  it("knows events of plain publishers by their place in the stream", () => {
    const event = completedRun(1)[2] as FedloomEvent;
    const live = { ...event, meta: { epoch: "first", offset: 3 } } as FedloomEvent;
    const stored = {
      ...event,
      meta: { source: "relay-first", seq: 3, epoch: "first", offset: 3 },
    } as FedloomEvent;
    const view = reduce([live]);
    expect(reduceEvent(view, stored)).toBe(view);
  });

  it("says of clients that were at work when the run ended that they did not finish", () => {
    const make = createEventMaker();
    const place = { round: 1, totalRounds: 3 };
    const view = reduce([
      make("round_start", { ...place, participatingClients: 2, clientIds: ["a", "b"] }),
      make("client_progress", {
        round: 1,
        clientId: "a",
        localEpoch: 1,
        totalLocalEpochs: 2,
        trainLoss: Number.NaN,
        learningRate: 1,
      }),
      make("error", { error: "killed", errorType: "process_died", fatal: true }),
      make("training_end", {
        status: "failed",
        experimentName: "x",
        trainingDuration: "0:00:01",
        durationSeconds: 1,
        finalMetrics: {},
      }),
    ]);
    expect([...(view.clients.get(1)?.values() ?? [])].map(({ status }) => status)).toEqual([
      "unfinished",
      "unfinished",
    ]);
    expect(view.errors).toMatchObject([{ error: "killed", fatal: true, round: 1 }]);
  });

  it("takes hostile names as they are", () => {
    const make = createEventMaker();
    const clientIds = ["__proto__", "constructor", "<script>"];
    const view = reduce([
      make("round_start", { round: 1, totalRounds: 1, participatingClients: 3, clientIds }),
    ]);
    expect([...(view.clients.get(1)?.keys() ?? [])].sort()).toEqual([...clientIds].sort());
  });

  it("stays bounded in rounds, clients, events and errors", () => {
    const make = createEventMaker();
    const few: FedloomEvent[] = [];
    for (let round = 1; round <= MAX_CLIENT_ROUNDS + 50; round += 1) {
      few.push(make("round_start", { round, totalRounds: 500, participatingClients: 1, clientIds: ["a"] }));
      few.push(make("error", { error: `e${round}`, errorType: "training_error", fatal: false }));
    }
    const view = reduce(few);
    expect(view.rounds.length).toBe(MAX_CLIENT_ROUNDS + 50);
    expect([...view.clients.keys()].at(0)).toBe(51);
    expect(view.clients.size).toBe(MAX_CLIENT_ROUNDS);
    expect(view.log.get("round_start")?.length).toBe(MAX_LOG_PER_TYPE);
    expect(view.errors.length).toBe(MAX_ERRORS);
    expect(view.errors.at(-1)?.error).toBe(`e${MAX_CLIENT_ROUNDS + 50}`);

    const clientIds = Array.from({ length: 10_000 }, (_, index) => `client-${index}`);
    const many = [1, 2, 3, 4, 5, 6].map((round) =>
      make("round_start", {
        round: 1_000 + round,
        totalRounds: 9_000,
        participatingClients: 10_000,
        clientIds,
      }),
    );
    const crowded = reduce(many);
    const entries = [...crowded.clients.values()].reduce((sum, ofRound) => sum + ofRound.size, 0);
    expect(entries).toBeLessThanOrEqual(MAX_CLIENT_ENTRIES);
    expect([...crowded.clients.keys()]).toEqual([1_003, 1_004, 1_005, 1_006]);
  });
});
