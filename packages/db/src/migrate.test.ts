import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectionOptions, connect } from "./connection.js";
import { type EmbeddedPostgres, openEmbedded } from "./embedded/open-embedded.js";
import { type Database, openDatabase } from "./open-database.js";
import type { EventRow } from "./repositories/event-row.js";
import { createTestFolder, event, RUN } from "./testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let server: EmbeddedPostgres;

beforeAll(async () => {
  folder = await createTestFolder();
  server = await openEmbedded(`${folder.path}/postgres`);
}, 60_000);

afterAll(async () => {
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

const targetOf = (database: string): ConnectionOptions => {
  const { host, port, user, password } = server;
  return { host, port, user, password, database };
};

async function createDatabase(name: string): Promise<void> {
  const { queries, close } = connect(targetOf("postgres"), 1);
  await queries.execute(sql`create database ${sql.identifier(name)}`);
  await close();
}

const open = (name: string): Promise<Database> =>
  openDatabase({ url: `postgres://${server.user}:${server.password}@${server.host}:${server.port}/${name}` });

/** A database as the first `numMigrations` of this project left it. */
async function createOld(name: string, numMigrations: number) {
  await createDatabase(name);
  const migrationsFolder = join(folder.path, `migrations-${numMigrations}`);
  await cp(fileURLToPath(new URL("../migrations", import.meta.url)), migrationsFolder, { recursive: true });
  const journal = join(migrationsFolder, "meta", "_journal.json");
  const { entries, ...rest } = JSON.parse(await readFile(journal, "utf8"));
  await writeFile(journal, JSON.stringify({ ...rest, entries: entries.slice(0, numMigrations) }));
  const connection = connect(targetOf(name), 1);
  await migrate(connection.queries, { migrationsFolder });
  return connection;
}

const complete = (round: number, client: string, more: object = {}) => ({
  run_id: RUN,
  round,
  client_id: client,
  status: "ok",
  num_samples: 10,
  duration_ms: 5,
  bytes_up: 1,
  bytes_down: 2,
  metrics: { loss: 1 / round, f1: "NaN" },
  ...more,
});

const told: [string, Record<string, unknown>][] = [
  ["training_start", { experiment_name: "lungs", training_mode: "federated", num_rounds: 2, seed: 5 }],
  ["round_start", { round: 1, total_rounds: 2, participating_clients: 2 }],
  ["client_complete", complete(1, "a")],
  ["client_complete", complete(1, "b", { status: "failed", error: "x", metrics: {} })],
  [
    "round_end",
    { round: 1, total_rounds: 2, duration_ms: 9, fit_metrics: { loss: "Infinity" }, eval_metrics: {} },
  ],
  ["round_metrics", { round: 1, total_rounds: 2, metrics: { auroc: 0.5, test_auroc: "NaN" } }],
  ["client_complete", complete(2, "a")],
  ["round_metrics", { round: 2, total_rounds: 2, metrics: { auroc: 0.75 } }],
  ["metrics", { step: 3_000, metrics: { grad: 2 } }],
  ["training_end", { status: "completed" }],
];
const events: EventRow[] = told.map(([type, payload], i) =>
  event(i + 1, type, { payload: { run_id: RUN, ...payload } }),
);

/** The metric values that older versions stored of these events, as they did. */
const oldMetrics = [
  ["loss", "train", 1, "a", "1"],
  ["f1", "train", 1, "a", "NaN"],
  ["loss", "train", 1, null, "Infinity"],
  ["auroc", "val", 1, null, "0.5"],
  ["auroc", "test", 1, null, "NaN"],
  ["loss", "train", 2, "a", "0.5"],
  ["f1", "train", 2, "a", "NaN"],
  ["auroc", "val", 2, null, "0.75"],
] as const;
const secondOf = { 1: [3, 3, 5, 6, 6], 2: [7, 7, 8] };

async function fill({ queries, close }: Awaited<ReturnType<typeof createOld>>): Promise<void> {
  await queries.execute(sql`
    insert into runs (run_id, experiment_name, mode, state, config, summary, started_at, ended_at)
    values (${RUN}, 'lungs', 'federated', 'completed', '{"seed": 5, "num_rounds": 2}',
      ${JSON.stringify(events.at(-1)?.payload)}::text::jsonb, ${events[0]?.timestamp ?? ""}, ${events.at(-1)?.timestamp ?? ""}),
      ('01JD0000000000000000000009', 'waiting', 'centralized', 'queued', '{}', null, null, null)`);
  for (const { source, seq, offset, streamEpoch, type, timestamp, payload } of events) {
    await queries.execute(sql`
      insert into events (run_id, source, seq, "offset", stream_epoch, type, timestamp, payload)
      values (${RUN}, ${source}, ${seq}, ${offset}, ${streamEpoch}, ${type}, ${timestamp},
        ${JSON.stringify(payload)}::text::jsonb)`);
  }
  const seconds = [...secondOf[1], ...secondOf[2]];
  for (const [i, [name, phase, round, client, value]] of oldMetrics.entries()) {
    await queries.execute(sql`
      insert into metrics (run_id, name, phase, round, client_id, value, timestamp)
      values (${RUN}, ${name}, ${phase}, ${round}, ${client}, ${value}::text::double precision,
        ${events[(seconds[i] ?? 0) - 1]?.timestamp ?? ""})`);
  }
  await close();
}

/** Everything that can be read of a run. */
async function readAll(database: Database) {
  const { points } = await database.metrics.list(RUN, { limit: 1_000 });
  const inOrder = (list: readonly object[]) =>
    list.map((each) => JSON.stringify(each, replaceNumbers)).sort();
  const { createdAt: _, config: __, isManaged: ___, ...run } = (await database.runs.get(RUN)) ?? {};
  return {
    run,
    events: await database.events.list(RUN, { after: 0, limit: 1_000 }),
    points: inOrder(points),
    thinned: inOrder(await database.metrics.thin(RUN, { numParts: 2 })),
    rounds: await database.rounds.list(RUN, { after: 0, limit: 1_000 }),
    clients: await database.rounds.listClients(RUN, { after: "", limit: 1_000 }),
    ofClient: await database.rounds.listClientRounds(RUN, { clientId: "a", after: 0, limit: 1_000 }),
  };
}

/** JSON has no NaN. */
function replaceNumbers(_: string, value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

describe("migrateDatabase", () => {
  it.each([
    ["0000", 1],
    ["0001", 2],
  ])(
    "brings data of version %s up to date: nothing is lost, and what it tells is known",
    async (name, num) => {
      await fill(await createOld(`old${name}`, num));
      await createDatabase(`new${name}`);
      await using fresh = await open(`new${name}`);
      await fresh.storeEvents(events);
      await using migrated = await open(`old${name}`);
      const [actual, expected] = [await readAll(migrated), await readAll(fresh)];
      expect(actual).toEqual(expected);
      expect(actual.events).toHaveLength(events.length);
      expect(actual.points).toHaveLength(oldMetrics.length + 1);
      expect(actual.run).toMatchObject({
        attempt: 1,
        step: 1,
        totalSteps: 2,
        best: { step: 2, value: 0.75 },
      });
      expect(await migrated.runs.list({ limit: 10, offset: 0 })).toMatchObject({ total: 2 });
      // It goes on as if it had always been there.
      const next = event(99, "client_complete", { payload: complete(2, "b") });
      await migrated.storeEvents([...events, next]);
      expect((await readAll(migrated)).rounds).toMatchObject([{ numOk: 1, numFailed: 1 }, { numOk: 2 }]);
      expect(await migrated.events.lastSeq(RUN, "trainer")).toBe(99);
    },
  );

  it("is done once, however many start together", async () => {
    await createDatabase("together");
    const databases = await Promise.all([1, 2, 3].map(() => open("together")));
    await Promise.all(databases.map((database) => database.storeEvents(events)));
    expect(await databases[0]?.events.list(RUN, { after: 0, limit: 100 })).toHaveLength(events.length);
    await Promise.all(databases.map((database) => database.close()));
  });
});
