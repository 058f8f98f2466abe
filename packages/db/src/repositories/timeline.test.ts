import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../open-database.js";
import { createTestFolder, event } from "../testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;
const RUN = "01JG0000000000000000000041";
const EVERYBODY = { from: 1, to: 200, after: "", limit: 1_000 };

interface Told {
  round: number;
  status?: string;
  durationMs?: number;
  loss?: number | string;
}

let seq = 0;
const tell = (clientId: string, { round, status = "ok", durationMs = 1, loss }: Told) => {
  seq += 1;
  return event(seq, "client_complete", {
    runId: RUN,
    payload: {
      run_id: RUN,
      round,
      client_id: clientId,
      status,
      num_samples: 1,
      duration_ms: durationMs,
      bytes_up: 0,
      bytes_down: 0,
      metrics: loss === undefined ? {} : { train_loss: loss },
    },
  });
};

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
  await database.storeEvents([
    tell("b", { round: 1, durationMs: 20.4, loss: 0.5 }),
    tell("a", { round: 1, durationMs: 9.6, loss: 0.25 }),
    tell("c", { round: 1, status: "rejected", durationMs: 7, loss: "NaN" }),
    tell("b", { round: 2, status: "timeout", durationMs: 3_000_000, loss: "-Infinity" }),
    tell("d", { round: 2, status: "failed", durationMs: 0 }),
    tell("a", { round: 4, loss: 3 }),
    event(900, "round_start", {
      runId: RUN,
      payload: { run_id: RUN, round: 3, total_rounds: 4, participating_clients: 0 },
    }),
  ]);
  // A round of ten clients whose loss is their number.
  await database.storeEvents(
    Array.from({ length: 10 }, (_, i) => tell(`z${i}`, { round: 10, loss: i + 1 })).reverse(),
  );
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("timeline", () => {
  it("gives a letter and a duration for every client and round", async () => {
    const { clientIds, rounds, longestMs } = await database.rounds.timeline(RUN, { ...EVERYBODY, to: 4 });
    expect(clientIds.slice(0, 5)).toEqual(["a", "b", "c", "d", "z0"]);
    const nobody = { letters: ".".repeat(10), commas: ",".repeat(10) };
    expect(rounds).toEqual([
      { round: 1, statuses: `oor.${nobody.letters}`, durationsMs: `10,20,7,${nobody.commas}` },
      { round: 2, statuses: `.t.f${nobody.letters}`, durationsMs: `,3000000,,0${nobody.commas}` },
      { round: 3, statuses: `....${nobody.letters}`, durationsMs: `,,,${nobody.commas}` },
      { round: 4, statuses: `o...${nobody.letters}`, durationsMs: `1,,,${nobody.commas}` },
    ]);
    expect(longestMs).toBe(3_000_000);
  });

  it("goes on after a client, and keeps to the rounds asked for", async () => {
    const page = await database.rounds.timeline(RUN, { from: 2, to: 2, after: "b", limit: 2 });
    expect(page).toEqual({
      clientIds: ["c", "d"],
      rounds: [{ round: 2, statuses: ".f", durationsMs: ",0" }],
      longestMs: 0,
    });
    expect(await database.rounds.timeline(RUN, { ...EVERYBODY, after: "z9" })).toEqual({
      clientIds: [],
      rounds: [],
      longestMs: 0,
    });
    expect((await database.rounds.timeline(RUN, { ...EVERYBODY, from: 5, to: 9 })).rounds).toEqual([]);
  });
});

describe("spread", () => {
  const all = { name: "train_loss", from: 1, parts: 200 };

  it("tells how a metric lies among the clients of each round", async () => {
    const rounds = await database.rounds.spread(RUN, all);
    expect(rounds.map(({ round }) => round)).toEqual([1, 4, 10]);
    expect(rounds[0]).toEqual({
      round: 1,
      numClients: 2,
      numNotFinite: 1,
      min: 0.25,
      p10: 0.25,
      median: 0.25,
      p90: 0.5,
      max: 0.5,
      minClientId: "a",
      maxClientId: "b",
    });
    expect(rounds[2]).toEqual({
      round: 10,
      numClients: 10,
      numNotFinite: 0,
      min: 1,
      p10: 1,
      median: 5,
      p90: 9,
      max: 10,
      minClientId: "z0",
      maxClientId: "z9",
    });
  });

  it("chooses rounds evenly, the newest among them", async () => {
    const rounds = await database.rounds.spread(RUN, { ...all, parts: 1 });
    expect(rounds.map(({ round }) => round)).toEqual([10]);
    const early = await database.rounds.spread(RUN, { ...all, from: 2, to: 9 });
    expect(early.map(({ round }) => round)).toEqual([4]);
  });

  it("has nothing to say of a metric that no client told, or of a run that is not there", async () => {
    expect(await database.rounds.spread(RUN, { ...all, name: "auroc' or 1=1 --" })).toEqual([]);
    expect(await database.rounds.spread("01JG0000000000000000000099", all)).toEqual([]);
  });
});
