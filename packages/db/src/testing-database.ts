import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventRow } from "./repositories/event-row.js";

/** A folder for an embedded database, for this package's own tests. */
export async function createTestFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "fedloom-db-"));
  // The database may run as another user than the tests.
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export const RUN = "01JD0000000000000000000000";

/** An event of the trainer of {@link RUN}. */
export function event(seq: number, type: string, changes: Partial<EventRow> = {}): EventRow {
  return {
    runId: RUN,
    source: "trainer",
    seq,
    offset: seq,
    streamEpoch: "epoch-1",
    type,
    timestamp: `2026-11-20T10:00:${String(seq % 60).padStart(2, "0")}.000Z`,
    payload: { run_id: changes.runId ?? RUN },
    ...changes,
  };
}
