import { setImmediate } from "node:timers/promises";
import type { Row } from "./store-rows.js";

/** Rows that are made before others have a turn. */
const SLICE = 500;

/** Maps a long list without holding the event loop. */
export async function inSlices<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(map(item));
    if (results.length % SLICE === 0) await setImmediate();
  }
  return results;
}

/** At most `num` groups, each of runs of its own, about equally large. */
export function inGroups(rows: readonly Row[], num: number): Row[][] {
  const groups: Row[][] = Array.from({ length: num }, () => []);
  const byRun = new Map<string, Row[]>();
  for (const row of rows) {
    const ofRun = byRun.get(row.runId);
    if (ofRun) ofRun.push(row);
    else byRun.set(row.runId, [row]);
  }
  for (const ofRun of [...byRun.values()].sort((a, b) => b.length - a.length)) {
    const smallest = groups.reduce((least, group) => (group.length < least.length ? group : least));
    for (const row of ofRun) smallest.push(row);
  }
  return groups.filter((group) => group.length > 0);
}
