import { describe, expect, it } from "vitest";
import type { ClientRound, ClientsOfRound } from "../../live/run-view.js";
import { cellState } from "./cell-state.js";
import { CellStore } from "./cell-store.js";

const page = (clientIds: string[], rounds: [number, string, string][]) => ({
  client_ids: clientIds,
  next: null,
  longest_ms: 90,
  rounds: rounds.map(([round, statuses, durations_ms]) => ({ round, statuses, durations_ms })),
});
const clientsOf = (...clients: ClientRound[]): ClientsOfRound =>
  new Map(clients.map((client) => [client.clientId, client]));
const cell = (store: CellStore, round: number, clientId: string) => {
  const lane = store.laneOf(clientId) ?? -1;
  const column = store.column(round);
  return column && [column.states[lane], column.values[lane]];
};

describe("CellStore", () => {
  it("takes stored rounds apart into states and durations", () => {
    const store = new CellStore();
    store.putStored(page(["a", "b", "c", "d"], [[3, "or.t", "12,7,,90"]]), 2);
    expect(store.clientIds).toEqual(["a", "b", "c", "d"]);
    expect(cell(store, 3, "a")).toEqual([cellState.ok, 12]);
    expect(cell(store, 3, "b")).toEqual([cellState.rejected, 7]);
    expect(cell(store, 3, "c")).toEqual([cellState.absent, 0]);
    expect(cell(store, 3, "d")).toEqual([cellState.timeout, 90]);
    expect(store.longestMs).toBe(90);
    expect([1, 2, 3, 4].map((round) => store.isMissing(round))).toEqual([true, false, false, true]);
  });

  it("adds the clients of further pages to the same rounds", () => {
    const store = new CellStore();
    store.putStored(page(["a"], [[1, "o", "5"]]), 1);
    store.putStored(page(["b"], [[1, "f", "6"]]), 1);
    expect(cell(store, 1, "a")).toEqual([cellState.ok, 5]);
    expect(cell(store, 1, "b")).toEqual([cellState.failed, 6]);
  });

  it("lets what is live win over what is stored, whichever comes first", () => {
    const store = new CellStore();
    const live = new Map([
      [
        1,
        clientsOf(
          { clientId: "a", status: "training", localEpoch: 1, totalLocalEpochs: 4 },
          { clientId: "b", status: "ok", durationMs: 300 },
        ),
      ],
    ]);
    expect(store.putLive(live)).toBe(true);
    expect(store.putLive(live)).toBe(false);
    store.putStored(page(["a", "b", "c"], [[1, "ffo", "1,2,3"]]), 1);
    expect(cell(store, 1, "a")).toEqual([cellState.training, 0.25]);
    expect(cell(store, 1, "b")).toEqual([cellState.ok, 300]);
    expect(cell(store, 1, "c")).toEqual([cellState.ok, 3]);
    expect(store.longestMs).toBe(300);
    // What the live view lets go of stays as it was last seen.
    store.putLive(new Map());
    expect(cell(store, 1, "b")).toEqual([cellState.ok, 300]);
  });

  it("forgets what an earlier start of the run said", () => {
    const store = new CellStore();
    const live = new Map([[2, clientsOf({ clientId: "a", status: "ok", durationMs: 4 })]]);
    store.putLive(live);
    store.putStored(
      page(
        ["a", "b"],
        [
          [1, "oo", "1,1"],
          [2, "oo", "1,1"],
        ],
      ),
      1,
    );
    store.forgetAfter(1);
    expect([store.isMissing(1), store.isMissing(2)]).toEqual([false, true]);
    expect(store.putLive(live)).toBe(true);
    expect(cell(store, 2, "b")).toEqual([cellState.absent, 0]);
  });

  it("lets go of rounds that are far from what is looked at, but of none that is seen", () => {
    const store = new CellStore(8);
    const rounds = Array.from({ length: 10 }, (_, i): [number, string, string] => [i + 1, "oo", "1,1"]);
    store.putStored(page(["a", "b"], rounds), 1);
    expect(store.maxRounds).toBe(4);
    store.keepNear(4, 6);
    const kept = rounds.map(([round]) => round).filter((round) => !store.isMissing(round));
    expect(kept).toHaveLength(4);
    expect(kept).toEqual(expect.arrayContaining([4, 5, 6]));
    store.keepNear(1, 10);
    expect(store.isMissing(5)).toBe(false);
  });
});
