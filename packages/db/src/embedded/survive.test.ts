import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createTestFolder } from "../testing-database.js";
import { isProcessAlive } from "./process-alive.js";
import { canReach } from "./server-user.js";
import { buildTestingProcesses, type TestingProcesses } from "./testing-processes.js";

let processes: TestingProcesses;
let folder: Awaited<ReturnType<typeof createTestFolder>>;
let dataDir: string;

beforeAll(async () => {
  processes = await buildTestingProcesses();
});
afterAll(() => processes?.[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await createTestFolder();
  dataDir = join(folder.path, "postgres");
});
afterEach(async () => {
  const pid = await postmasterPid().catch(() => 0);
  if (isProcessAlive(pid)) process.kill(pid, "SIGQUIT");
  await vi.waitFor(() => expect(isProcessAlive(pid)).toBe(false), { timeout: 20_000 });
  await folder[Symbol.asyncDispose]();
});

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8"), 10);
}

/** Numbers of PostgreSQL's own processes. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").map(Number);
}

async function open(options?: { uid?: number }) {
  const user = processes.start(dataDir, options);
  expect(await user.answer()).toBe("open");
  return user;
}

type User = Awaited<ReturnType<typeof open>>;

/** Asks until there is an answer that is no error. */
function askUntilAnswered(user: User, order: string): Promise<unknown> {
  return vi.waitFor(
    async () => {
      const answer = await user.ask(order);
      expect(answer).not.toHaveProperty("error");
      return answer;
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function close(user: User): Promise<void> {
  expect(await user.ask("close")).toBe("closed");
  expect(await user.gone).toBe(0);
}

const isLinux = process.platform === "linux";

describe("an embedded database under processes that have it open", { timeout: 120_000 }, () => {
  it("is started again after it was killed, once, for all of them", async () => {
    const [a, b] = [await open(), await open()];
    await a.ask("create table t (n int)");
    for (let i = 1; i <= 3; i++) {
      await askUntilAnswered(a, `insert into t values (${i})`);
      const pid = await postmasterPid();
      process.kill(pid, "SIGKILL");
      // Its processes may answer for a moment yet.
      await vi.waitFor(
        async () => {
          await Promise.all([askUntilAnswered(a, "select 1"), askUntilAnswered(b, "select 1")]);
          expect(await postmasterPid()).not.toBe(pid);
        },
        { timeout: 30_000, interval: 20 },
      );
      expect(await b.ask("select count(*)::int as n from t")).toEqual({ rows: [{ n: i }] });
    }
    await close(a);
    expect(isProcessAlive(await postmasterPid())).toBe(true);
    const pid = await postmasterPid();
    await close(b);
    expect(isProcessAlive(pid)).toBe(false);
  });

  it.runIf(isLinux)("recovers when one of its own processes is killed", async () => {
    const user = await open();
    await user.ask("create table t (n int)");
    const postmaster = await postmasterPid();
    for (const pid of await childrenOf(postmaster)) {
      if (isProcessAlive(pid)) process.kill(pid, "SIGKILL");
      await askUntilAnswered(user, "insert into t values (1)");
    }
    expect(await postmasterPid()).toBe(postmaster);
    await close(user);
  });

  it("is closed in peace after it was killed", async () => {
    const [a, b] = [await open(), await open()];
    process.kill(await postmasterPid(), "SIGKILL");
    await Promise.all([close(a), close(b)]);
    expect(await readdir(join(dataDir, "users"))).toEqual([]);
  });

  it("goes on under those that live when another is killed, and ends with the last of them", async () => {
    const [a, b] = [await open(), await open()];
    const pid = await postmasterPid();
    a.child.kill("SIGKILL");
    await a.gone;
    expect(await b.ask("select 1 as n")).toEqual({ rows: [{ n: 1 }] });
    const c = await open();
    await close(c);
    expect(isProcessAlive(pid)).toBe(true);
    await close(b);
    expect(isProcessAlive(pid)).toBe(false);
  });

  it.runIf(isLinux)("is not kept up by a process that has a dead user's number", async () => {
    const user = await open();
    await writeFile(join(dataDir, "users", `${process.pid}-1-12345.${"0".repeat(8)}`), "");
    const pid = await postmasterPid();
    await close(user);
    expect(isProcessAlive(pid)).toBe(false);
  });

  it.runIf(isLinux)("starts although another program has the number of a killed database", async () => {
    const user = await open();
    const pid = await postmasterPid();
    process.kill(pid, "SIGKILL");
    await vi.waitFor(() => expect(isProcessAlive(pid)).toBe(false), { timeout: 10_000 });
    const path = join(dataDir, "cluster", "postmaster.pid");
    await writeFile(path, (await readFile(path, "utf8")).replace(/^\d+/, String(process.pid)));
    await askUntilAnswered(user, "select 1");
    await close(user);
  });

  it("survives a kill at any moment of its first start", async () => {
    for (const moment of ["lock", "cluster.new", "cluster/PG_VERSION", "cluster/postmaster.pid"]) {
      const [name = "", file] = moment.split("/");
      const killed = processes.start(dataDir);
      await vi.waitFor(
        async () => {
          const names = await readdir(file === undefined ? dataDir : join(dataDir, name));
          expect(names.some((each) => each.startsWith(file ?? name))).toBe(true);
        },
        { timeout: 20_000, interval: 1 },
      );
      killed.child.kill("SIGKILL");
      await killed.gone;
    }
    const [a, b] = await Promise.all([open(), open()]);
    expect(await a.ask("select 1 as n")).toEqual({ rows: [{ n: 1 }] });
    await Promise.all([close(a), close(b)]);
    const left = (await readdir(dataDir)).sort();
    expect(left).toEqual(["cluster", "postgres.log", "users"]);
  });

  it("is one for two processes that make it at the same moment", async () => {
    const [a, b] = await Promise.all([open(), open()]);
    await a.ask("create table t (n int)");
    expect(await b.ask("select count(*)::int as n from t")).toEqual({ rows: [{ n: 0 }] });
    await Promise.all([close(a), close(b)]);
  });
});

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const nobody = { uid: NOBODY, gid: NOBODY };
const isReachable = isRoot && (await canReach(join(import.meta.dirname, "x"), nobody));

describe("an embedded database of a user who is not root", { timeout: 120_000 }, () => {
  it.runIf(isReachable)("is made, healed and stopped alike", async () => {
    await mkdir(dataDir);
    await chown(dataDir, NOBODY, NOBODY);
    const user = await open({ uid: NOBODY });
    process.kill(await postmasterPid(), "SIGKILL");
    await askUntilAnswered(user, "create table t (n int)");
    const pid = await postmasterPid();
    await close(user);
    expect(isProcessAlive(pid)).toBe(false);
  });
});

/** A disk of 96 MiB, where this process may mount one. */
function mountSmallDisk(path: string): string | undefined {
  if (!isLinux || !isRoot) return "only root can mount a small disk";
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=96m", "fedloom-test", path], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `no small disk can be mounted here: ${(error as Error).message}`;
  }
}

describe("an embedded database on a full disk", { timeout: 120_000 }, () => {
  it("says so, is not started in a loop, and goes on once there is room", async ({ skip }) => {
    const disk = join(folder.path, "disk");
    await mkdir(disk);
    const obstacle = mountSmallDisk(disk);
    if (obstacle) return skip(obstacle);
    try {
      await chmod(disk, 0o755);
      dataDir = join(disk, "postgres");
      const user = await open();
      await user.ask("create table t (n int, b bytea)");
      await user.ask("insert into t values (1, null)");
      const ballast = join(disk, "ballast");
      await fillUp(ballast);
      const full = await vi.waitFor(
        async () => {
          const answer = await user.ask(
            "insert into t select i, repeat('x', 1000)::bytea from generate_series(1, 20000) i",
          );
          expect(answer).toHaveProperty("error");
          return answer as { error: string };
        },
        { timeout: 30_000, interval: 10 },
      );
      expect(full.error).toMatch(/No space left|closed|ECONN|recovery/i);
      const pid = await postmasterPid().catch(() => 0);
      if (isProcessAlive(pid)) process.kill(pid, "SIGKILL");
      const refused = (await vi.waitFor(
        async () => {
          const answer = await user.ask("select 1");
          expect(answer).toMatchObject({ error: expect.stringContaining("full") });
          return answer;
        },
        { timeout: 30_000, interval: 10 },
      )) as { error: string };
      expect(refused.error).toContain("disk");
      const log = join(dataDir, "postgres.log");
      const { length } = await readFile(log);
      await user.ask("select 1");
      expect((await readFile(log)).length).toBe(length);
      await rm(ballast);
      await truncate(log, 0);
      await askUntilAnswered(user, "select 1");
      expect(await user.ask("select count(*)::int as n from t where n = 1 and b is null")).toEqual({
        rows: [{ n: 1 }],
      });
      await close(user);
    } finally {
      const pid = await postmasterPid().catch(() => 0);
      if (isProcessAlive(pid)) process.kill(pid, "SIGKILL");
      await vi.waitFor(() => execFileSync("umount", [disk], { stdio: "pipe" }), { timeout: 20_000 });
    }
  });
});

/** Writes until nothing more fits. */
async function fillUp(path: string): Promise<void> {
  for (let bytes = 2 ** 20; bytes >= 1; bytes /= 16) {
    try {
      for (;;) await writeFile(path, Buffer.alloc(bytes), { flag: "a" });
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  }
}
