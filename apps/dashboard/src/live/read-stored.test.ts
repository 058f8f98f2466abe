import type { ClientRound, RoundSummary } from "@fedloom/protocol";
import { expect, it } from "vitest";
import type { EventsQuery } from "../api/events.js";
import { type ReadStoredOptions, readStored, type StoredApi } from "./read-stored.js";
import { completedRun } from "./testing-events.js";
import { placed } from "./testing-streams.js";

const EVENTS = placed(completedRun(4));

/** A server with a run of so many rounds and clients, and what it was asked. */
function serving(numRounds: number, numClients: number) {
  const asked: string[] = [];
  const api: StoredApi = {
    async getEvents(_runId, { after, types = [] }: EventsQuery) {
      asked.push(`events after ${after}`);
      const wanted = EVENTS.filter(({ position, event }) => position > after && types.includes(event.type));
      return { events: wanted.slice(0, 2), next: wanted.length > 2 ? (wanted[1]?.position ?? null) : null };
    },
    async *roundsAfter(_runId, after) {
      asked.push(`rounds after ${after}`);
      const rounds = Array.from({ length: numRounds }, (_, i) => ({ round: i + 1, numClients, metrics: {} }));
      yield rounds.slice(after) as RoundSummary[];
    },
    async getClientsOfRound(_runId, round) {
      asked.push(`clients of ${round}`);
      return [{ round, clientId: "a" } as ClientRound];
    },
    async getSeriesNames() {
      return { train: ["train_loss", "hooks/a/verdict"], val: ["loss", "roc/0.1"], test: [] };
    },
    async getMetricsAt(_runId, { phase, names, from, to }) {
      asked.push(`${phase} ${names.join()} at ${from} to ${to}`);
      return new Map([[to, { [names[0] ?? ""]: 1 }]]);
    },
  };
  return { api, asked };
}

/** All parts, of which the first tells of the run as a whole, the next of rounds. */
async function readAll(options: ReadStoredOptions) {
  const parts = [];
  for await (const part of readStored(options)) parts.push(part);
  const [ofRun, ofRounds, ofNewest] = parts;
  expect([parts.length, ofRun?.rounds, ofNewest?.rounds]).toEqual([3, [], []]);
  expect(new Set(parts.map(({ events }) => events)).size).toBe(1);
  return { ...ofNewest, events: ofRun?.events ?? [], rounds: ofRounds?.rounds };
}

const record = { runId: "r", mode: "federated", step: 4, best: undefined } as never;

it("asks for what sums a run up: never for all events, nor for clients of all rounds", async () => {
  const { api, asked } = serving(1_000, 1_000);
  const { events, rounds, clients, about, details } = await readAll({ api, record, after: 0 });
  expect(events.map(({ type }) => type)).toEqual(["training_mode", "training_start", "training_end"]);
  expect(rounds).toHaveLength(1_000);
  expect([...(clients?.keys() ?? [])]).toEqual([1_000]);
  expect([...(about ?? [])]).toEqual([[1_000, { "hooks/a/verdict": 1 }]]);
  expect(details).toEqual([{ round: 1_000, phase: "val", metrics: { "roc/0.1": 1 } }]);
  expect(asked).toEqual([
    "events after 0",
    "events after 2",
    "rounds after 0",
    "clients of 1000",
    "train hooks/a/verdict at 995 to 1000",
    "val roc/0.1 at 1000 to 1000",
  ]);
});

it("asks for the clients of more rounds where they are few, and of no more than there are", async () => {
  const { api } = serving(4, 2);
  const { clients } = await readAll({ api, record, after: 1 });
  expect([...(clients?.keys() ?? [])].sort()).toEqual([2, 3, 4]);
});
