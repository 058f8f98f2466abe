import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTestFolder } from "../testing-database.js";
import { withFolderLock } from "./folder-lock.js";

it("lets one in at a time and leaves nothing behind, also when a body throws", async () => {
  await using folder = await createTestFolder();
  const path = join(folder.path, "lock");
  let inside = 0;
  let most = 0;
  const body = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  const failing = () => Promise.reject(new Error("no"));
  await Promise.all([
    ...Array.from({ length: 5 }, () => withFolderLock(path, body)),
    expect(withFolderLock(path, failing)).rejects.toThrow("no"),
  ]);
  expect(most).toBe(1);
  expect(await readdir(folder.path)).toEqual([]);
});

it("does not wait for a process that is gone, nor for a lock file without a process", async () => {
  await using folder = await createTestFolder();
  const path = join(folder.path, "lock");
  for (const content of ["99999999", ""]) {
    await writeFile(path, content);
    expect(await withFolderLock(path, async () => "in")).toBe("in");
  }
});
