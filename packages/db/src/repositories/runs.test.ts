import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connection, connect } from "../connection.js";
import { openEmbedded } from "../embedded/open-embedded.js";
import { migrateDatabase } from "../migrate.js";
import { createTestFolder } from "../testing-database.js";
import { createRunRepository, type NewRun, type RunRepository } from "./runs.js";

const LEASE_MS = 60_000;
const death = { reason: "killed", waitMs: () => 0, maxDeaths: 3 };

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let server: Awaited<ReturnType<typeof openEmbedded>>;
let connection: Connection;
let runs: RunRepository;
let numRuns = 0;

beforeAll(async () => {
  folder = await createTestFolder();
  server = await openEmbedded(join(folder.path, "postgres"));
  const { host, port, user, password } = server;
  const target = { host, port, user, password, database: "postgres" };
  await migrateDatabase(target);
  connection = connect(target);
  runs = createRunRepository(connection.queries);
}, 60_000);

afterAll(async () => {
  await connection?.close();
  await server?.close();
  await folder?.[Symbol.asyncDispose]();
});

async function addRun(changes: Partial<NewRun> = {}): Promise<string> {
  numRuns += 1;
  const runId = `01JD0000000000000000000${String(numRuns).padStart(3, "0")}`;
  await runs.create({
    runId,
    project: "default",
    experimentName: "pneumonia",
    mode: "federated",
    config: { num_rounds: 5 },
    seed: 1,
    tags: [],
    notes: "",
    totalSteps: 5,
    ...changes,
  });
  return runId;
}

async function run(text: ReturnType<typeof sql>) {
  return await connection.queries.execute(text);
}

/** Makes the lease of a run be over. */
async function endLease(runId: string): Promise<void> {
  await run(sql`update runs set lease_until = now() - interval '1 ms' where run_id = ${runId}`);
}

async function claimed(
  owner = "here/1",
): Promise<{ runId: string; lease: NonNullable<Awaited<ReturnType<RunRepository["claim"]>>> }> {
  const runId = await addRun();
  const lease = await runs.claim(runId, owner, LEASE_MS);
  if (!lease) throw new Error("expected a lease");
  return { runId, lease };
}

async function stateOf(runId: string): Promise<string | undefined> {
  return (await runs.get(runId))?.state;
}

describe("runs that are created", () => {
  it("are queued, with all that was given, and a project that is new with them", async () => {
    const config = { nested: { "a.b": [1, null, "\0"] } };
    const given = { project: "Lungs", tags: ["a", "b"], notes: "see \0", seed: 4_294_967_295, totalSteps: 7 };
    const runId = await addRun({ ...given, config });
    expect(await runs.get(runId)).toEqual({
      runId,
      project: "Lungs",
      experimentName: "pneumonia",
      mode: "federated",
      state: "queued",
      isManaged: true,
      config: { nested: { "a.b": [1, null, "\ufffd"] } },
      tags: ["a", "b"],
      notes: "see \ufffd",
      attempt: 0,
      step: 0,
      totalSteps: 7,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const projects = await runs.listProjects();
    expect(projects).toContainEqual({ name: "Lungs", numRuns: 1, createdAt: expect.any(String) });
    expect(await runs.get("no\0thing")).toBeUndefined();
  });

  it("are changed by a user, and only in what is named", async () => {
    const runId = await addRun({ notes: "old" });
    expect(await runs.change(runId, { tags: ["x"] })).toBe(true);
    expect(await runs.change(runId, {})).toBe(true);
    expect(await runs.get(runId)).toMatchObject({ tags: ["x"], notes: "old", experimentName: "pneumonia" });
    expect(await runs.change("nothing", { notes: "" })).toBe(false);
  });
});

describe("a list of runs", () => {
  it("takes what is searched for as it is, never as a pattern or as SQL", async () => {
    const project = "search";
    const name = await addRun({ project, experimentName: "Half_100%" });
    const tag = await addRun({ project, experimentName: "b", tags: ["O'Brien"] });
    const notes = await addRun({ project, experimentName: "c", notes: "back\\slash" });
    const find = async (search: string) =>
      (await runs.list({ project, search, limit: 10, offset: 0 })).runs.map(({ runId }) => runId);
    expect(await find("f_100%")).toEqual([name]);
    expect(await find("o'bri")).toEqual([tag]);
    expect(await find("k\\s")).toEqual([notes]);
    expect(await find("%")).toEqual([name]);
    expect(await find("'; drop table runs; --")).toEqual([]);
    expect(await find(notes.toLowerCase())).toEqual([notes]);
    expect(await find("")).toEqual([notes, tag, name]);
  });

  it("is filtered, sorted and cut into pages with the number of all", async () => {
    const project = "pages";
    const names = ["b", "a", "c"];
    const ids: string[] = [];
    for (const experimentName of names) {
      const mode = experimentName === "a" ? "centralized" : "federated";
      ids.push(await addRun({ project, experimentName, tags: [experimentName], mode }));
    }
    const list = async (query: object) => {
      const page = await runs.list({ project, limit: 10, offset: 0, ...query });
      return [page.runs.map(({ experimentName }) => experimentName).join(""), page.total];
    };
    expect(await list({})).toEqual(["cab", 3]);
    expect(await list({ sort: "experiment_name", order: "asc", limit: 1, offset: 1 })).toEqual(["b", 3]);
    expect(await list({ sort: "started_at", order: "asc" })).toEqual(["bac", 3]);
    expect(await list({ tag: "a" })).toEqual(["a", 1]);
    expect(await list({ mode: "federated", states: ["queued", "running"] })).toEqual(["cb", 2]);
    expect(await list({ states: ["lost"] })).toEqual(["", 0]);
    const first = await runs.get(ids[0] ?? "");
    expect(await list({ createdBefore: first?.createdAt })).toEqual(["", 0]);
    expect(await list({ createdAfter: first?.createdAt })).toEqual(["cab", 3]);
  });
});

describe("a lease", () => {
  it("is one process's, however many want it at once", async () => {
    const runId = await addRun();
    const leases = await Promise.all(
      Array.from({ length: 8 }, (_, index) => runs.claim(runId, `here/${index}`, LEASE_MS)),
    );
    const held = leases.filter((lease) => lease !== undefined);
    expect(held).toMatchObject([{ runId, attempt: 1 }]);
    expect(await runs.get(runId)).toMatchObject({ state: "running", attempt: 1 });
  });

  it("is lost to the next attempt: what a process says that was asleep meanwhile has no effect", async () => {
    const { runId, lease } = await claimed();
    await endLease(runId);
    const next = await runs.claim(runId, "there/1", LEASE_MS);
    expect(next).toMatchObject({ attempt: 2 });
    expect(await runs.renew(lease, LEASE_MS)).toBeUndefined();
    expect(await runs.release(lease, { state: "paused" })).toBe(false);
    expect(await runs.get(runId)).toMatchObject({ state: "running", attempt: 2 });
  });

  it("can be renewed after it was over, as long as nobody took it", async () => {
    const { runId, lease } = await claimed();
    await endLease(runId);
    expect(await runs.renew(lease, LEASE_MS)).toEqual({
      runId,
      attempt: 1,
      config: { num_rounds: 5 },
      wanted: undefined,
      wantedReason: undefined,
    });
    expect(await runs.claim(runId, "there/1", LEASE_MS)).toBeUndefined();
  });

  it("is given back with a state; without one nobody takes the run while its end is on its way", async () => {
    const { runId, lease } = await claimed();
    expect(await runs.release(lease, { state: "queued" })).toBe(true);
    expect(await runs.release(lease)).toBe(false);
    const again = await runs.claim(runId, "here/2", LEASE_MS);
    expect(again && (await runs.release(again))).toBe(true);
    expect(await stateOf(runId)).toBe("running");
    expect(await runs.claim(runId, "here/3", LEASE_MS)).toBeUndefined();
    expect(await runs.listUnfinished({ runId })).toMatchObject([{ isLeased: false, isEnding: true }]);
    expect(await runs.settle(runId, "stopped")).toBe(false);
    expect(await runs.noteDeath(runId, death)).toBeUndefined();
  });

  it("never brings a run back that is over, or paused", async () => {
    const { runId, lease } = await claimed();
    await run(sql`update runs set state = 'completed' where run_id = ${runId}`);
    expect(await runs.release(lease, { state: "queued" })).toBe(true);
    expect(await stateOf(runId)).toBe("completed");
    expect(await runs.claim(runId, "here/2", LEASE_MS)).toBeUndefined();
    for (const change of [runs.settle(runId, "queued"), runs.want(runId, "paused")])
      expect(await change).toBe(false);
    const paused = await addRun();
    expect(await runs.settle(paused, "paused")).toBe(true);
    expect(await runs.claim(paused, "here/2", LEASE_MS)).toBeUndefined();
  });
});

describe("the queue", () => {
  it("gives each run to one server, oldest first, and no more at once than the limit of a place", async () => {
    await run(sql`update runs set state = 'paused' where state = 'queued'`);
    const ids = [await addRun(), await addRun(), await addRun()];
    const take = (owner: string, maxRunning = 2) =>
      runs.takeNext({ owner, place: "place/", maxRunning, leaseMs: LEASE_MS });
    const taken = await Promise.all([1, 2, 3, 4].map((n) => take(`place/${n}`)));
    const first = taken.filter((lease) => lease !== undefined);
    expect(first.map(({ runId }) => runId).sort()).toEqual(ids.slice(0, 2));
    expect(
      await runs.takeNext({ owner: "other/1", place: "other/", maxRunning: 1, leaseMs: LEASE_MS }),
    ).toMatchObject({
      runId: ids[2],
      attempt: 0,
    });
    const [mine] = first;
    if (!mine) throw new Error("expected a lease");
    expect(await runs.claim(mine.runId, "somebody/else", LEASE_MS)).toBeUndefined();
    const process = await runs.handOver(mine, { owner: "place/process", leaseMs: LEASE_MS });
    expect(await runs.handOver(mine, { owner: "place/other", leaseMs: LEASE_MS })).toBeUndefined();
    expect(await runs.claim(mine.runId, mine.owner, LEASE_MS)).toBeUndefined();
    expect(await runs.claim(mine.runId, "place/process", LEASE_MS)).toMatchObject({ attempt: 1 });
    expect(process && (await runs.renew(process, LEASE_MS))).toBeUndefined();
    await runs.abandon("place/process");
    expect(await stateOf(mine.runId)).toBe("queued");
    expect(await take("place/5")).toMatchObject({ runId: mine.runId, attempt: 1 });
    expect(await runs.countWaiting()).toMatchObject({ numQueued: 3 });
  });
});

describe("a death", () => {
  it("queues the run again, and ends it at the third in a row", async () => {
    const { runId, lease } = await claimed("here/a");
    expect(await runs.noteDeath(runId, death)).toBeUndefined();
    expect(await runs.noteDeath(runId, { ...death, owner: "here/b" })).toBeUndefined();
    expect(await runs.noteDeath(runId, { ...death, owner: "here/a" })).toEqual({
      state: "queued",
      numDeaths: 1,
    });
    expect(await runs.renew(lease, LEASE_MS)).toBeUndefined();
    expect(await runs.noteDeath(runId, death)).toBeUndefined();
    for (const numDeaths of [2, 3]) {
      await runs.claim(runId, "here/a", LEASE_MS);
      await endLease(runId);
      expect((await runs.listActive()).find((each) => each.runId === runId)).toMatchObject({
        isLeased: false,
      });
      expect(await runs.noteDeath(runId, death)).toMatchObject({ numDeaths });
    }
    expect(await runs.get(runId)).toMatchObject({
      state: "failed",
      stateReason: "killed",
      error: "killed",
      attempt: 3,
      endedAt: expect.any(String),
    });
  });

  it("keeps others away for a while; a database that has just started knows of none", async () => {
    const { runId } = await claimed("here/a");
    await runs.noteDeath(runId, { ...death, owner: "here/a", waitMs: () => LEASE_MS });
    expect(await runs.claim(runId, "here/b", LEASE_MS)).toBeUndefined();
    expect(await runs.listUnfinished({ runId })).toMatchObject([{ isLeased: false, numDeaths: 1 }]);
    const { runId: silent } = await claimed();
    await endLease(silent);
    expect(await runs.noteDeath(silent, { ...death, graceMs: 3_600_000 })).toBeUndefined();
    expect(await runs.noteDeath(silent, death)).toMatchObject({ numDeaths: 1 });
  });
});

describe("what is wanted", () => {
  it("is told to whoever listens and with each sign of life, also after the connection was cut", async () => {
    const { runId, lease } = await claimed();
    const told: string[] = [];
    const stop = await runs.onWanted((id) => told.push(id));
    await runs.want(runId, "paused", "by the user");
    await expect.poll(() => told).toEqual([runId]);
    expect(await runs.renew(lease, LEASE_MS)).toMatchObject({
      wanted: "paused",
      wantedReason: "by the user",
    });
    // What goes over other connections at that moment may fail with it.
    await run(sql`
      select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and pid <> pg_backend_pid()`).catch(
      () => {},
    );
    await expect
      .poll(async () => {
        await runs.want(runId, "stopped").catch(() => {});
        return told.length;
      })
      .toBeGreaterThan(1);
    await stop();
  });

  it("is forgotten when it is done; a pause that was taken back leaves the run in the queue", async () => {
    const { runId, lease } = await claimed();
    await runs.want(runId, "paused");
    expect(await runs.release(lease, { state: "paused", reason: "by the user" })).toBe(true);
    expect(await runs.get(runId)).toMatchObject({ state: "paused", stateReason: "by the user" });
    expect(await runs.settle(runId, "queued", { from: ["running"] })).toBe(false);
    expect(await runs.settle(runId, "queued", { from: ["paused"] })).toBe(true);
    const again = await runs.claim(runId, "here/2", LEASE_MS);
    await runs.want(runId, "paused");
    await runs.want(runId, undefined);
    expect(again && (await runs.renew(again, LEASE_MS))).toMatchObject({ wanted: undefined });
    expect(again && (await runs.release(again, { state: "paused" }))).toBe(true);
    expect(await stateOf(runId)).toBe("queued");
  });

  it("ends a run that nobody trains at once, and leaves one that somebody does", async () => {
    const { runId } = await claimed();
    expect(await runs.settle(runId, "stopped")).toBe(false);
    const queued = await addRun();
    expect(await runs.settle(queued, "stopped", { reason: "by the user" })).toBe(true);
    expect(await runs.get(queued)).toMatchObject({ state: "stopped", endedAt: expect.any(String) });
    expect(await runs.listUntoldEnds()).toContainEqual({ runId: queued, state: "stopped" });
  });
});

describe("silence", () => {
  it("comes over runs of strangers only, then they are lost", async () => {
    const ids = [await addRun(), await addRun(), await addRun()];
    const [quiet, lost, loud] = ids;
    await run(sql`update runs set state = 'running', is_managed = false, last_event_at = now() - interval '61 s'
      where run_id in (${quiet}, ${lost}, ${loud})`);
    await run(sql`update runs set last_event_at = now() - interval '16 min' where run_id = ${lost}`);
    await run(sql`update runs set last_event_at = now() where run_id = ${loud}`);
    const limits = { silentMs: 60_000, lostMs: 900_000 };
    const changed = await runs.noteSilence(limits);
    expect(changed.sort((a, b) => a.runId.localeCompare(b.runId))).toEqual([
      { runId: quiet, state: "silent", reason: "nothing was heard of it for 60 s" },
      { runId: lost, state: "lost", reason: "nothing was heard of it for 15 min" },
    ]);
    const gone = { runIds: [loud ?? ""], silentMs: 0 };
    expect(await runs.noteSilence({ ...limits, gone })).toEqual([
      { runId: loud, state: "silent", reason: "its publisher is gone" },
    ]);
    expect(await runs.noteSilence(limits)).toEqual([]);
    const unfinished = await runs.listUnfinished({ isManaged: false });
    expect(unfinished.find(({ runId }) => runId === quiet)?.silentMs).toBeGreaterThan(60_000);
  });
});

describe("a run that is deleted", () => {
  it("is gone at once with its lease; what it had goes in steps, and nothing of others", async () => {
    const { runId, lease } = await claimed();
    const other = await addRun();
    for (const id of [runId, other]) {
      await run(sql`
        insert into events (run_key, source, seq, "offset", stream_epoch, type, timestamp, payload)
        select run_key, 'trainer', n, n, 'e', 'log', now(), '{}' from runs, generate_series(1, 25000) as n
        where run_id = ${id}`);
      await run(
        sql`insert into series (run_key, name, phase) select run_key, 'loss', 'val' from runs where run_id = ${id}`,
      );
      await run(sql`
        insert into points (series_id, x, position, value, timestamp)
        select series_id, 1, 1, 0, now() from series join runs using (run_key) where run_id = ${id}`);
      await run(
        sql`insert into tokens (token_id, hash, role, run_id) values (${id}, ${id}, 'viewer', ${id})`,
      );
    }
    expect(await runs.markDeleted(runId)).toBe(true);
    expect(await runs.markDeleted(runId)).toBe(false);
    expect(await runs.get(runId)).toBeUndefined();
    expect(await runs.renew(lease, LEASE_MS)).toBeUndefined();
    expect((await runs.list({ limit: 1_000, offset: 0 })).runs.map((each) => each.runId)).not.toContain(
      runId,
    );
    expect(await runs.purgeDeleted()).toBe(25_003);
    expect(await runs.purgeDeleted()).toBe(0);
    const left = await run(sql`
      select (select count(*)::int from events) as events, (select count(*)::int from points) as points,
        (select count(*)::int from series) as series, (select count(*)::int from tokens) as tokens`);
    expect([...left]).toEqual([{ events: 25_000, points: 1, series: 1, tokens: 1 }]);
    expect(await runs.delete(runId)).toBe(false);
  });
});

describe("what can be pruned", () => {
  it("is over, old, and not among the newest", async () => {
    const ids = [await addRun(), await addRun(), await addRun(), await addRun()];
    const [oldest, old, young, running] = ids;
    await run(sql`update runs set state = 'completed', is_managed = false, experiment_name = 'pruned',
      created_at = now() - interval '1 h', ended_at = now() - interval '40 days' where run_id in (${oldest}, ${old}, ${young})`);
    await run(sql`update runs set created_at = now() - interval '1 day' where run_id = ${oldest}`);
    await run(sql`update runs set ended_at = now() where run_id = ${young}`);
    await run(
      sql`update runs set state = 'lost', created_at = now() - interval '90 days' where run_id = ${running}`,
    );
    const find = async (query: object) => {
      const found = await runs.listPrunable({ states: ["completed", "lost"], ...query });
      return found.map(({ runId }) => runId).filter((runId) => ids.includes(runId));
    };
    expect(await find({ olderThanDays: 30 })).toEqual([oldest, old]);
    expect(await find({ olderThanDays: 30, states: ["stopped"] })).toEqual([]);
    expect(await find({})).toEqual([oldest, old, young]);
    const { total } = await runs.list({ states: ["completed"], limit: 1, offset: 0 });
    expect(await find({ keepLast: total - 1, states: ["completed"] })).toEqual([oldest]);
  });
});
