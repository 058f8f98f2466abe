import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readSources } from "./spool-snapshot.js";

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Removes progress files that nobody wrote to for `maxAgeDays` and that the relay has wholly. What the relay does not
 * have stays, however old it is.
 */
export async function removeOldSpools(
  directory: string,
  maxAgeDays: number,
  now = Date.now(),
): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (!name.endsWith(".jsonl")) continue;
    const path = join(directory, name);
    const snapshotPath = path.replace(/l$/, "");
    const [file, snapshot] = await Promise.all([stat(path), stat(snapshotPath).catch(() => undefined)]);
    const isOld = now - file.mtimeMs > maxAgeDays * DAY_MS;
    // A snapshot that is older than the file does not know of all that is in it.
    if (!isOld || !snapshot || snapshot.mtimeMs < file.mtimeMs) continue;
    const sources = Object.values(readSources(snapshotPath));
    if (sources.length === 0 || sources.some(({ last, acknowledged }) => acknowledged < last)) continue;
    await rm(path);
    await rm(snapshotPath);
  }
}
