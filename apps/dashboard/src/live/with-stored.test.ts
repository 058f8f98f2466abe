import type { ClientRound, FedloomEvent, RoundSummary } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { reduceEvents } from "./reduce-events.js";
import { emptyView } from "./run-view.js";
import { completedRun, createEventMaker } from "./testing-events.js";
import { type StoredRun, withStored } from "./with-stored.js";

const EVENTS = completedRun(4);
const NOTHING: StoredRun = { events: [], rounds: [], clients: new Map(), about: new Map(), details: [] };

/** What storage says of rounds after these events. */
function summed(numRounds: number, change: Partial<RoundSummary> = {}): RoundSummary[] {
  return Array.from({ length: numRounds }, (_, i) => ({
    round: i + 1,
    startedAt: "2026-11-20T10:00:00.000Z",
    endedAt: "2026-11-20T10:00:05.000Z",
    durationMs: 900,
    numClients: 2,
    numOk: 2,
    numRejected: 0,
    numFailed: 0,
    numTimeout: 0,
    bytesUp: 20,
    bytesDown: 20,
    fitMetrics: { train_loss: 0.4 / (i + 1) },
    evalMetrics: { val_loss: 0.3 / (i + 1) },
    metrics: { auroc: 0.9 + (i + 1) / 100 },
    ...change,
  }));
}

const client = (clientId: string, round = 4): ClientRound => ({
  round,
  clientId,
  status: "ok",
  numSamples: 100,
  durationMs: 50,
  bytesUp: 10,
  bytesDown: 10,
  metrics: { train_loss: 0.1 },
  endedAt: "2026-11-20T10:00:05.000Z",
});

describe("a view with what is stored", () => {
  it("shows a run that was never watched", () => {
    const ofRun = EVENTS.filter(({ type }) => type.startsWith("training"));
    const view = withStored(emptyView, {
      ...NOTHING,
      events: ofRun,
      rounds: summed(4),
      clients: new Map([[4, [client("a"), client("b")]]]),
      about: new Map([[4, { "time/training_ms": 5 }]]),
      details: [{ round: 4, phase: "val", metrics: { "confusion/0/0": 1 } }],
    });
    expect(view.rounds.map(({ round, metrics }) => [round, metrics.auroc])).toEqual([
      [1, 0.91],
      [2, 0.92],
      [3, 0.93],
      [4, 0.9 + 4 / 100],
    ]);
    expect(view.rounds[3]).toMatchObject({ numOk: 2, bytesUp: 20, about: { "time/training_ms": 5 } });
    expect(view.rounds[3]?.spread.get("train_loss")).toMatchObject({ numClients: 2, median: 0.1 });
    expect([...(view.clients.get(4)?.values() ?? [])].map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect(view.details?.val).toEqual({ "confusion/0/0": 1 });
    expect(view.end?.status).toBe("completed");
  });

  it("lets what came live win, and counts nobody twice, whatever comes first", () => {
    const upTo = EVENTS.findIndex(({ type, data }) => type === "client_complete" && data.round === 4) + 1;
    const [before, after] = [EVENTS.slice(0, upTo), EVENTS.slice(upTo)];
    const stored = { ...NOTHING, rounds: summed(4, { numOk: 1 }), clients: new Map([[4, [client("a")]]]) };
    const views = [
      reduceEvents(withStored(reduceEvents(emptyView, before), stored), after),
      reduceEvents(reduceEvents(withStored(emptyView, stored), before), after),
      withStored(withStored(reduceEvents(emptyView, EVENTS), stored), stored),
    ];
    for (const { rounds, clients } of views) {
      expect(rounds.map(({ numOk }) => numOk)).toEqual([2, 2, 2, 2]);
      expect(rounds[3]?.metrics).toEqual({ loss: 0.3 / 4, auroc: 0.9 + 4 / 100, test_auroc: 0.8 + 4 / 100 });
      expect(rounds[3]?.bytesUp).toBe(20);
      expect(clients.get(4)?.size).toBe(2);
    }
  });

  it("does not bring back rounds that are being trained again and that storage still tells of the old way", () => {
    const make = createEventMaker("trainer-2", "second");
    const start = { experimentName: "pneumonia", trainingMode: "federated" as const, numRounds: 4 };
    const again: FedloomEvent[] = [
      make("training_start", { ...start, attempt: 2, resumedFrom: 2 }),
      make("round_metrics", { round: 3, totalRounds: 4, metrics: { auroc: 0.5 } }),
    ];
    const live = reduceEvents(reduceEvents(emptyView, EVENTS.slice(0, -1)), again);
    const late = withStored(live, { ...NOTHING, events: EVENTS.slice(0, 2), rounds: summed(4) });
    expect(late.rounds.map(({ round, metrics }) => [round, metrics.auroc])).toEqual([
      [1, 0.91],
      [2, 0.92],
      [3, 0.5],
    ]);
    const known = withStored(live, { ...NOTHING, events: again.slice(0, 1), rounds: summed(4) });
    expect(known.rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4]);
  });
});
