import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { SHORT_RUN, startRun } from "./start-run.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

const canMount = process.platform === "linux" && process.getuid?.() === 0 && tryMount();

/** Whether this user may make a small disk in memory. */
function tryMount(): boolean {
  const path = "/tmp/fedloom-mount-probe";
  try {
    mkdirSync(path, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
    execFileSync("umount", [path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

describe.runIf(canMount)("a disk that is full", () => {
  let folder: TemporaryFolder;
  let disk: string;
  let server: BuiltServer;

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    disk = join(folder.path, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", disk]);
    chmodSync(disk, 0o755);
    server = await startBuiltServer(disk, [
      "--no-run",
      "--min-free-mb",
      "8",
      "--progress-dir",
      join(folder.path, "progress"),
    ]);
  }, 60_000);

  afterAll(async () => {
    await server?.stop("SIGTERM");
    execFileSync("umount", ["-l", disk]);
    await folder?.[Symbol.asyncDispose]();
  }, 60_000);

  it("ends neither the server nor a run; both go on when there is room", { timeout: 120_000 }, async () => {
    const runId = await startRun(server, { ...SHORT_RUN, num_rounds: 5 });
    const state = async () =>
      (await (await fetch(`${server.url}/api/runs/${runId}`)).json()) as { step: number };
    await expect.poll(async () => (await state()).step, { timeout: 30_000 }).toBeGreaterThanOrEqual(1);
    const filler = fill(join(disk, "filler"));
    const refused = await fetch(`${server.url}/api/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({ code: "disk_full" });
    rmSync(filler);
    await untilState(server, runId, "completed");
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

/** Writes until nothing more fits. */
function fill(path: string): string {
  const file = openSync(path, "w");
  try {
    for (let size = 2 ** 20; size >= 1; size = size > 1 ? size / 2 : 0) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(file);
  }
  return path;
}
