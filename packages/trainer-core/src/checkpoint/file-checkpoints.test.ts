import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFileCheckpoints } from "./file-checkpoints.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-checkpoints-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("createFileCheckpoints", () => {
  it("keeps the newest of each kind, and leaves nothing else behind", async () => {
    const path = join(folder, "a", "run");
    const store = createFileCheckpoints(path);
    expect(await store.load("last")).toBeUndefined();
    expect(await store.save("last", Uint8Array.of(1), 1)).toEqual({ path: join(path, "last.checkpoint") });
    await store.save("best", Uint8Array.of(2), 1);
    await store.save("last", Uint8Array.of(3, 4), 1);
    expect([...((await createFileCheckpoints(path).load("last")) ?? [])]).toEqual([3, 4]);
    expect([...((await store.load("best")) ?? [])]).toEqual([2]);
    expect(await readdir(path)).toEqual(["best.checkpoint", "last.checkpoint"]);
  });

  it("takes no notice of one that was left unfinished", async () => {
    const path = join(folder, "unfinished");
    const store = createFileCheckpoints(path);
    await store.save("last", Uint8Array.of(1), 1);
    await writeFile(join(path, "last.checkpoint.unfinished"), "half");
    expect([...((await store.load("last")) ?? [])]).toEqual([1]);
    await store.save("last", Uint8Array.of(2), 1);
    expect(await readdir(path)).toEqual(["last.checkpoint"]);
  });

  it.runIf(existsSync("/proc/self"))("ends where no folder can be made", async () => {
    await expect(
      createFileCheckpoints("/proc/runs/a").save("last", Uint8Array.of(1), 1),
    ).rejects.toMatchObject({
      code: "checkpoint_failed",
      message: expect.stringContaining("/proc/runs/a/last.checkpoint: could not be written: ENOENT"),
    });
  });

  it("says which file could not be written, and keeps the one before", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    await expect(createFileCheckpoints(file).save("last", Uint8Array.of(1), 1)).rejects.toMatchObject({
      code: "checkpoint_failed",
      message: expect.stringContaining(`${join(file, "last.checkpoint")}: could not be written: `),
    });
    await expect(createFileCheckpoints(file).load("last")).rejects.toMatchObject({
      code: "checkpoint_failed",
    });
  });
});
