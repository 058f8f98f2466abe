import { randomBytes } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isSameProcess, processIdentity } from "./process-alive.js";

const RETRY_MS = 50;

/** Runs `body` while no other process holds the lock file; a lock whose process is gone does not count. */
export async function withFolderLock<Result>(path: string, body: () => Promise<Result>): Promise<Result> {
  const identity = processIdentity(process.pid);
  // Who waits is in the name too: a file that was just made is empty.
  const own = `${path}.${process.pid}-${randomBytes(4).toString("hex")}-${identity}`;
  await writeFile(own, `${process.pid} ${identity}`);
  try {
    // A link is made whole or not at all, and only if there is none.
    while (!(await tryLink(own, path))) {
      if (!(await removeStale(path, own))) await delay(RETRY_MS);
    }
  } finally {
    await rm(own, { force: true });
  }
  try {
    await removeOldTickets(path);
    return await body();
  } finally {
    await rm(path, { force: true });
  }
}

/** What processes that were killed while they waited have left. */
async function removeOldTickets(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!join(folder, name).startsWith(`${path}.`)) continue;
    const [pid, , identity = ""] = name
      .slice(basename(path).length + 1)
      .replace(/\.stale$/, "")
      .split("-");
    if (!isSameProcess(Number(pid), identity)) await rm(join(folder, name), { force: true });
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
  const holder = await isHeld(path);
  if (holder !== false) return holder === undefined;
  // Moved aside before it is looked at again: meanwhile somebody else may have taken the lock.
  const aside = `${own}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return true;
  }
  if (await isHeld(aside)) await tryLink(aside, path);
  await rm(aside, { force: true });
  return true;
}

/** Whether the process that made the file lives; undefined if there is no file. */
async function isHeld(path: string): Promise<boolean | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const [pid, identity = ""] = text.split(" ");
  return isSameProcess(Number(pid), identity);
}
