import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../open-database.js";
import { createTestFolder, event, RUN } from "../testing-database.js";
import { openEmbedded } from "./open-embedded.js";
import { isProcessAlive } from "./process-alive.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let dataDir: string;

beforeEach(async () => {
  folder = await createTestFolder();
  dataDir = join(folder.path, "postgres");
});

afterEach(() => folder[Symbol.asyncDispose]());

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8")).split("\n")[0]);
}

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

const isRoot = process.getuid?.() === 0;

describe("openEmbedded", { timeout: 60_000 }, () => {
  it("keeps what was stored, and stops with its last user", async () => {
    await using first = await openDatabase({ dataDir });
    await first.storeEvents([event(1, "heartbeat")]);
    const pid = await postmasterPid();
    const second = await openDatabase({ dataDir });
    expect((await second.runs.get(RUN))?.runId).toBe(RUN);
    await second.close();
    expect(isProcessAlive(pid)).toBe(true);
    await first.close();
    expect(isProcessAlive(pid)).toBe(false);
    expect((await readdir(dataDir)).sort()).toEqual(["cluster", "postgres.log", "users"]);
    await using again = await openDatabase({ dataDir });
    expect((await again.runs.list({ limit: 10, offset: 0 })).total).toBe(1);
  });

  it("makes one database when several start at the same moment", async () => {
    const all = await Promise.all(Array.from({ length: 3 }, () => openEmbedded(dataDir)));
    expect(new Set(all.map(({ port }) => port)).size).toBe(1);
    const pid = await postmasterPid();
    await Promise.all(all.map(({ close }) => close()));
    expect(isProcessAlive(pid)).toBe(false);
  });

  it("takes over from a server that was killed, and stops what that one left", async () => {
    const killed = await openEmbedded(dataDir);
    const [user = ""] = await readdir(join(dataDir, "users"));
    await rename(join(dataDir, "users", user), join(dataDir, "users", `${deadPid()}-1`));
    await writeFile(join(dataDir, "lock"), String(deadPid()));
    const pid = await postmasterPid();
    const next = await openEmbedded(dataDir);
    expect(next.port).toBe(killed.port);
    await next.close();
    expect(isProcessAlive(pid)).toBe(false);
  });

  it("starts again after the database itself was killed", async () => {
    const first = await openDatabase({ dataDir });
    await first.storeEvents([event(1, "heartbeat")]);
    process.kill(await postmasterPid(), "SIGKILL");
    await first.close();
    await using second = await openDatabase({ dataDir });
    expect(await second.events.list(RUN, { after: 0, limit: 10 })).toHaveLength(1);
  });

  it("begins anew where a first start was killed", async () => {
    await mkdir(join(dataDir, "cluster.new", "base"), { recursive: true });
    await writeFile(join(dataDir, "cluster.new", "PG_VERSION"), "18\n");
    await writeFile(join(dataDir, "fedloom.password"), "half");
    await using database = await openDatabase({ dataDir });
    expect(database.name).toContain(dataDir);
    expect(await readdir(dataDir)).not.toContain("cluster.new");
  });

  it("is private: its own password, its own folder, this machine only", async () => {
    const { host, port, password, close } = await openEmbedded(dataDir);
    const url = `postgres://fedloom:wrong@${host}:${port}/postgres`;
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: "access_denied" });
    await expect(openDatabase({ url: `${url.replace("wrong", password)}_none` })).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("there is no such database"),
    });
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
    await close();
  });

  it("refuses the database of another version", async () => {
    await mkdir(join(dataDir, "cluster"), { recursive: true });
    await writeFile(join(dataDir, "cluster", "PG_VERSION"), "12\n");
    await expect(openEmbedded(dataDir)).rejects.toMatchObject({
      code: "version_mismatch",
      message: expect.stringMatching(
        /was made by PostgreSQL 12, and this is PostgreSQL \d+; start the version/,
      ),
    });
  });

  it("says what is wrong with a folder that is a file", async () => {
    await writeFile(dataDir, "");
    await expect(openEmbedded(dataDir)).rejects.toMatchObject({ code: "data_dir_unusable" });
  });

  it.runIf(isRoot)("finds another place when root's folder is closed to everybody else", async () => {
    const closed = join(folder.path, "closed");
    await mkdir(closed, { mode: 0o700 });
    const wanted = join(closed, "postgres");
    const place = join("/var/lib/fedloom", createHash("sha256").update(wanted).digest("hex").slice(0, 16));
    try {
      await using database = await openDatabase({ dataDir: wanted });
      expect(database.name).toContain(place);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  });
});
