import type { FedloomEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { MAX_CLIENT_ENTRIES, MAX_CLIENT_ROUNDS, MAX_ERRORS, MAX_LOG_PER_TYPE } from "./bounds.js";
import { reduceEvents } from "./reduce-events.js";
import { emptyView, type RunView } from "./run-view.js";
import { completedRun, createEventMaker } from "./testing-events.js";

const reduce = (events: readonly FedloomEvent[], view: RunView = emptyView) => reduceEvents(view, events);
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
      metrics: { train_loss: 0.2 },
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
    expect(reduceEvents(view, [stored])).toBe(view);
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
    expect(view.errors.length).toBe(MAX_ERRORS);
    expect(view.errors.at(-1)?.error).toBe(`e${MAX_CLIENT_ROUNDS + 50}`);

    const lines = Array.from({ length: 3 * MAX_LOG_PER_TYPE }, (_, line) =>
      make("log", { level: "info", message: `line ${line}` }),
    );
    const told = reduce(lines, view).log.get("log") ?? [];
    expect(told.length).toBe(MAX_LOG_PER_TYPE);
    expect(told.at(-1)?.event).toBe(lines.at(-1));

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

  it("copies what a batch changes, once, and nothing else", () => {
    const events = completedRun(3);
    const before = reduce(events.slice(0, -1));
    const make = createEventMaker("other");
    const after = reduce(
      ["a", "b"].map((clientId) =>
        make("client_progress", {
          round: 3,
          clientId,
          localEpoch: 2,
          totalLocalEpochs: 2,
          trainLoss: 0.1,
          learningRate: 0.1,
        }),
      ),
      before,
    );
    expect(after.rounds).toBe(before.rounds);
    expect(after.clients.get(2)).toBe(before.clients.get(2));
    expect(before.clients.get(3)?.get("a")?.localEpoch).toBe(1);
    expect(after.clients.get(3)?.get("a")?.localEpoch).toBe(2);
    const frozen = structuredClone(before);
    reduce(events.slice(-1), before);
    expect(before).toEqual(frozen);
  });

  it("counts how clients ended, each once, also when one of them says it again", () => {
    const make = createEventMaker();
    const end = (clientId: string, status: "ok" | "failed" | "rejected") =>
      make("client_complete", {
        round: 1,
        clientId,
        numSamples: 1,
        metrics: {},
        durationMs: 1,
        bytesUp: 5,
        bytesDown: 7,
        status,
      });
    const view = reduce([end("a", "ok"), end("b", "failed"), end("c", "ok"), end("b", "ok")]);
    expect(view.rounds[0]).toMatchObject({ numOk: 3, numFailed: 0, bytesUp: 15, bytesDown: 21 });
    expect(reduce([end("c", "rejected")], view).rounds[0]).toMatchObject({ numOk: 2, numRejected: 1 });
  });

  it("works out the spread among the clients of a round when it is over", () => {
    const events = completedRun(1);
    const isEnd = ({ type }: FedloomEvent) => type === "round_end";
    const early = reduce(events.filter((event) => !isEnd(event)));
    expect(early.rounds[0]?.spread.size).toBe(0);
    const spread = reduce(events.filter(isEnd), early).rounds[0]?.spread.get("train_loss");
    expect(spread).toMatchObject({ numClients: 2, min: 0.4, max: 0.4 });
  });

  it("keeps what acted on a round, and the details of the newest evaluation", () => {
    const make = createEventMaker();
    const metrics = (place: object, values: Record<string, number>) =>
      make("metrics", { ...place, metrics: values });
    const events = [
      metrics({ round: 1 }, { "hooks/clip-update/verdict": 1 }),
      metrics({ round: 1 }, { "time/training_ms": 12 }),
      metrics({ round: 1, phase: "val" }, { "confusion/0/0": 9 }),
      metrics({ round: 2, phase: "val" }, { "confusion/0/0": 5 }),
      metrics({ round: 2, phase: "val" }, { "confusion/0/1": 4 }),
      metrics({ round: 2, phase: "test" }, { "roc/0.05": 0.5 }),
      metrics({ round: 2, clientId: "a" }, { "time/training_ms": 1 }),
      metrics({ epoch: 1, batch: 3 }, { loss: 1 }),
    ];
    for (const view of [reduce(events), reduce([...events].reverse())]) {
      expect(view.rounds.map(({ about }) => about)).toEqual([
        { "hooks/clip-update/verdict": 1, "time/training_ms": 12 },
      ]);
      expect(view.details).toEqual({
        round: 2,
        val: { "confusion/0/0": 5, "confusion/0/1": 4 },
        test: { "roc/0.05": 0.5 },
      });
    }
    const best = reduce(
      [metrics({ epoch: 1, phase: "test" }, { accuracy: 0.9 })],
      reduce(events.slice(0, 5)),
    );
    expect(best.details).toMatchObject({ round: 2, test: { accuracy: 0.9 }, testRound: 1 });
  });

  it("counts the values that were left out on the way", () => {
    const [event] = completedRun(1) as [FedloomEvent];
    const skipped = { ...event, meta: { ...event.meta, seq: 99, skipped: 4 } } as FedloomEvent;
    expect(reduce([event, skipped, skipped]).numSkipped).toBe(4);
  });
});
