import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { isProcessAlive } from "./process-alive.js";

const RETRY_MS = 50;
let counter = 0;

/** Runs `body` while no other process holds the lock file; a lock whose process is gone does not count. */
export async function withFolderLock<Result>(path: string, body: () => Promise<Result>): Promise<Result> {
  counter += 1;
  const own = `${path}.${process.pid}-${counter}`;
  await writeFile(own, String(process.pid));
  try {
    // A link is made whole or not at all, and only if there is none.
    while (!(await tryLink(own, path))) {
      if (!(await removeStale(path, own))) await delay(RETRY_MS);
    }
  } finally {
    await rm(own, { force: true });
  }
  try {
    return await body();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes away the lock of a dead process; false if its process lives. */
async function removeStale(path: string, own: string): Promise<boolean> {
  const holder = await readPid(path);
  if (holder === undefined) return true;
  if (isProcessAlive(holder)) return false;
  // Moved aside before it is looked at again: meanwhile somebody else may have taken the lock.
  const aside = `${own}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return true;
  }
  const moved = await readPid(aside);
  if (moved !== undefined && isProcessAlive(moved)) await tryLink(aside, path);
  await rm(aside, { force: true });
  return true;
}

async function readPid(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}
