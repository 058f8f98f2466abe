import { expect, it } from "vitest";
import type { ClientRound } from "../live/run-view.js";
import { timelineWindow } from "./timeline-window.js";

const clientsOf = (names: string[], durationMs: number) =>
  new Map(names.map((clientId): [string, ClientRound] => [clientId, { clientId, status: "ok", durationMs }]));

it("has room for the newest rounds and the first clients by name", () => {
  const names = Array.from({ length: 64 }, (_, index) => `client-${64 - index}`);
  const clients = new Map(
    Array.from({ length: 90 }, (_, index) => [index + 1, clientsOf(names, 1_000 - index)]),
  );
  const { rounds, coming, clientIds, numClients, longestMs } = timelineWindow(clients, 200);
  expect([rounds[0], rounds.at(-1)]).toEqual([31, 90]);
  expect([clientIds[0], clientIds[9], clientIds.length]).toEqual(["client-1", "client-10", 40]);
  expect(numClients).toBe(64);
  expect(coming).toEqual([]);
  expect(longestMs).toBe(970);
});

it("shows rounds that have not begun where there is room", () => {
  const { rounds, coming } = timelineWindow(new Map([[1, clientsOf(["a"], 5)]]), 4);
  expect(rounds).toEqual([1]);
  expect(coming).toEqual([2, 3, 4]);
});
