import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, connect } from "../connection.js";
import { openEmbedded } from "../embedded/open-embedded.js";
import { migrateDatabase } from "../migrate.js";
import { createTestFolder } from "../testing-database.js";
import { createCheckpointRepository } from "./checkpoints.js";
import { createModelRepository } from "./models.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let server: Awaited<ReturnType<typeof openEmbedded>>;
let connection: Connection;
let numRuns = 0;

beforeAll(async () => {
  folder = await createTestFolder();
  server = await openEmbedded(join(folder.path, "postgres"));
  const { host, port, user, password } = server;
  const target = { host, port, user, password, database: "postgres" };
  await migrateDatabase(target);
  connection = connect(target);
}, 60_000);

afterAll(async () => {
  await connection?.close();
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** A run at its first attempt, with a folder of its own for files over 8 bytes. */
async function newRun() {
  numRuns += 1;
  const runId = `run/../${numRuns}`;
  await connection.queries.execute(sql`
    insert into projects (name) values ('default') on conflict do nothing`);
  await connection.queries.execute(sql`
    insert into runs (run_id, experiment_name, mode, state, config, attempt, lease_owner, num_deaths)
    values (${runId}, 'x', 'federated', 'running', '{}', 1, 'me', 2)`);
  const files = join(folder.path, `files-${numRuns}`);
  const checkpoints = createCheckpointRepository(connection.queries, files, {
    maxRowBytes: 8,
    leftoverAgeMs: 0,
  });
  return { runId, files, checkpoints, lease: { runId, attempt: 1, owner: "me" } };
}

async function rowOf(runId: string) {
  const rows = await connection.queries.execute(
    sql`select step, num_deaths from runs where run_id = ${runId}`,
  );
  return { ...rows[0] };
}

const bytesOf = (length: number, value = 7) => new Uint8Array(length).fill(value);

describe("checkpoints", () => {
  it.each([
    ["in the row", 5],
    ["in a file", 9],
    ["empty", 0],
  ])("are kept %s, the newest of each kind, with the run's step", async (_, length) => {
    const { runId, files, checkpoints, lease } = await newRun();
    expect(await checkpoints.load(runId, "last")).toBeUndefined();
    await checkpoints.save(lease, { kind: "best", step: 1, bytes: bytesOf(length, 1) });
    expect(await rowOf(runId)).toEqual({ step: 0, num_deaths: 2 });
    await checkpoints.save(lease, { kind: "last", step: 1, bytes: bytesOf(length, 1) });
    const { checkpointId } = await checkpoints.save(lease, {
      kind: "last",
      step: 2,
      bytes: bytesOf(length, 2),
    });
    expect(await rowOf(runId)).toEqual({ step: 2, num_deaths: 0 });
    expect(Buffer.from((await checkpoints.load(runId, "last")) as Uint8Array)).toEqual(
      Buffer.from(bytesOf(length, 2)),
    );
    expect(Buffer.from((await checkpoints.load(runId, "best")) as Uint8Array)).toEqual(
      Buffer.from(bytesOf(length, 1)),
    );
    const list = await checkpoints.list(runId);
    expect(list).toHaveLength(2);
    expect(list.find(({ kind }) => kind === "last")).toEqual({
      checkpointId,
      kind: "last",
      attempt: 1,
      step: 2,
      numBytes: length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(await readdir(files).catch(() => [])).toHaveLength(length > 8 ? 2 : 0);
  });

  it("are not written by a process whose lease is another's by now", async () => {
    const { runId, files, checkpoints, lease } = await newRun();
    await checkpoints.save(lease, { kind: "last", step: 1, bytes: bytesOf(9, 1) });
    for (const other of [
      { ...lease, owner: "you" },
      { ...lease, attempt: 2 },
      { ...lease, runId: "none" },
    ]) {
      const saving = checkpoints.save(other, { kind: "last", step: 2, bytes: bytesOf(9, 2) });
      await expect(saving).rejects.toMatchObject({ code: "lease_lost" });
      const state = { clientId: "a", round: 1, bytes: bytesOf(1) };
      await expect(checkpoints.saveState(other, state)).rejects.toMatchObject({ code: "lease_lost" });
    }
    expect((await checkpoints.load(runId, "last"))?.[0]).toBe(1);
    expect(await rowOf(runId)).toMatchObject({ step: 1 });
    expect(await readdir(files)).toHaveLength(1);
  });

  it("leave no files behind: of killed writes, of deleted runs", async () => {
    const { runId, files, checkpoints, lease } = await newRun();
    await checkpoints.save(lease, { kind: "last", step: 1, bytes: bytesOf(9, 1) });
    const [name = ""] = await readdir(files);
    const torn = name.replace(/-last-.*/, "-last-0000.checkpoint");
    await writeFile(join(files, torn), "half");
    await checkpoints.save(lease, { kind: "last", step: 2, bytes: bytesOf(9, 2) });
    const [kept, ...more] = await readdir(files);
    expect(more).toEqual([]);
    expect([name, torn]).not.toContain(kept);
    expect(await checkpoints.removeLeftovers()).toBe(0);
    await connection.queries.execute(sql`delete from runs where run_id = ${runId}`);
    expect(await checkpoints.removeLeftovers()).toBe(1);
    expect(await readdir(files)).toEqual([]);
  });

  it("are refused when they are not what was saved", async () => {
    const { runId, files, checkpoints, lease } = await newRun();
    await checkpoints.save(lease, { kind: "last", step: 1, bytes: bytesOf(9) });
    await checkpoints.save(lease, { kind: "best", step: 1, bytes: bytesOf(4) });
    const [name = ""] = await readdir(files);
    const damage = async (bytes: Uint8Array) => {
      await writeFile(join(files, name), bytes);
      return checkpoints.load(runId, "last");
    };
    await expect(damage(bytesOf(9, 8))).rejects.toMatchObject({
      code: "checkpoint_damaged",
      message: expect.stringContaining("expected sha256"),
    });
    await expect(damage(bytesOf(8))).rejects.toThrow("expected 9 bytes, received 8");
    await connection.queries.execute(sql`update checkpoints set bytes = 'xxxx' where kind = 'best'`);
    await expect(checkpoints.load(runId, "best")).rejects.toMatchObject({ code: "checkpoint_damaged" });
    const elsewhere = createCheckpointRepository(connection.queries, `${files}-else`);
    await expect(elsewhere.load(runId, "last")).rejects.toThrow("its file is not there");
  });

  it("have room for what no row has: 100 MiB", async () => {
    const { runId, files, lease } = await newRun();
    const checkpoints = createCheckpointRepository(connection.queries, files);
    const bytes = bytesOf(100 * 2 ** 20, 3);
    await checkpoints.save(lease, { kind: "last", step: 1, bytes });
    expect(await readdir(files)).toHaveLength(1);
    expect(Buffer.compare((await checkpoints.load(runId, "last")) as Uint8Array, bytes)).toBe(0);
  });
});

describe("clients' states", () => {
  it("are there as they were before a round, however far the next one came", async () => {
    const { runId, checkpoints, lease } = await newRun();
    const save = (round: number) =>
      checkpoints.saveState(lease, { clientId: "a\0", round, bytes: bytesOf(3, round) });
    const before = async (round: number) => (await checkpoints.loadState(runId, "a\0", round))?.[0];
    await save(1);
    await checkpoints.save(lease, { kind: "last", step: 1, bytes: bytesOf(1) });
    await save(2);
    await checkpoints.save(lease, { kind: "last", step: 2, bytes: bytesOf(1) });
    // Checkpoints of the next two rounds could not be saved.
    await save(3);
    await save(4);
    await save(4);
    expect(await Promise.all([1, 2, 3, 4, 5].map(before))).toEqual([undefined, undefined, 2, 3, 4]);
    expect(await checkpoints.loadState(runId, "b", 9)).toBeUndefined();
    await checkpoints.save(lease, { kind: "last", step: 4, bytes: bytesOf(1) });
    await save(5);
    expect(await Promise.all([4, 5, 6].map(before))).toEqual([undefined, 4, 5]);
    await checkpoints.dropStates(lease, 4);
    expect(await before(9)).toBe(4);
  });
});

describe("models", () => {
  it("are kept one of each kind, with all their files", async () => {
    const { runId } = await newRun();
    const models = createModelRepository(connection.queries);
    const model = {
      runId,
      kind: "best" as const,
      step: 3,
      name: "m",
      layersModel: { format: "layers-model", n: 1 },
      layersWeights: bytesOf(12),
      safetensors: bytesOf(20),
    };
    expect(await models.list(runId)).toEqual([]);
    expect(await models.loadSafetensors(runId, "best")).toBeUndefined();
    await models.save(model);
    await models.save({ ...model, kind: "last", step: 4 });
    await models.save({ ...model, step: 5, layersWeights: bytesOf(2) });
    expect(await models.list(runId)).toMatchObject([
      { kind: "best", step: 5, name: "m", numBytes: 20, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { kind: "last", step: 4 },
    ]);
    expect(await models.loadLayersModel(runId, "best")).toEqual(model.layersModel);
    expect((await models.loadLayersWeights(runId, "best"))?.byteLength).toBe(2);
    expect((await models.loadSafetensors(runId, "best"))?.byteLength).toBe(20);
  });
});
