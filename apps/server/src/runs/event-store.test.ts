import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { createEvent, toWireEvent } from "@fedloom/protocol";
import { Relay } from "@fedloom/relay";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EventStore } from "./event-store.js";

const RUN = "01JD0000000000000000000000";

let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-store-"));
  await chmod(folder, 0o755);
  database = await openDatabase({ dataDir: join(folder, "postgres") });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Publishes rounds of a run, past the relay's own checks. */
function publish(relay: Relay, rounds: number[]): void {
  for (const round of rounds) {
    const event = createEvent("round_start", { runId: RUN, round, totalRounds: 9, participatingClients: 1 });
    // The year 0 is a time that PostgreSQL does not know.
    if (round === 2) event.timestamp = "0000-01-01T00:00:00.000Z";
    relay.publish({ ...toWireEvent(event), meta: { source: "trainer", seq: round } });
  }
}

describe("EventStore", () => {
  it("leaves out what the database refuses, counts it, and stores the rest", async () => {
    await using relay = new Relay();
    await using store = new EventStore({ relay, database });
    publish(relay, [1, 2, 3, 4, 5]);
    await store.flush(10_000);
    const stored = await database.events.list(RUN, { after: 0, limit: 10 });
    expect(stored.map(({ seq }) => seq)).toEqual([1, 3, 4, 5]);
    expect(store.numMissed).toBe(1);
    expect(store.failure).toBeUndefined();
  });

  it("waits for a database that is away, and then stores everything once", async () => {
    let isAway = true;
    const states: (string | undefined)[] = [];
    const flaky: Database = {
      ...database,
      storeEvents: (rows) => (isAway ? Promise.reject(new Error("gone")) : database.storeEvents(rows)),
    };
    let isBack = () => {};
    const back = new Promise<void>((resolve) => {
      isBack = resolve;
    });
    const onStateChange = (failure: string | undefined) => {
      states.push(failure);
      isAway = false;
      if (failure === undefined) isBack();
    };
    await using relay = new Relay();
    await using _store = new EventStore({ relay, database: flaky, onStateChange });
    publish(relay, [6, 7]);
    await back;
    expect(states).toEqual(["gone", undefined]);
    const stored = await database.events.list(RUN, { after: 0, limit: 10 });
    expect(stored.map(({ seq }) => seq).slice(-2)).toEqual([6, 7]);
  });
});
