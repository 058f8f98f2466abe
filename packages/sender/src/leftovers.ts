import { existsSync } from "node:fs";
import type { FileSpoolOptions } from "./file-spool.js";
import type { Leftover, Spool } from "./spool.js";
import { spoolPath } from "./spool-path.js";
import { StoredSpool, scanSpool } from "./stored-spool.js";

/** What programs that are gone have left in the file of the run that `leftoversOf` names. */
export async function findLeftovers(options: FileSpoolOptions): Promise<Leftover[]> {
  const { leftoversOf: runId } = options;
  if (runId === undefined) return [];
  const path = `${spoolPath(options, runId)}.jsonl`;
  if (!existsSync(path)) return [];
  const { sources } = await scanSpool(path);
  return sources.flatMap((found) => {
    const spool = new StoredSpool(path, found);
    if (found.runId !== runId || spool.acknowledged >= spool.lastSeq) return [];
    return [{ runId, source: found.source, spool: withoutSnapshot(spool) }];
  });
}

/** The snapshot belongs to the spool that is written to; what the relay has of the others it says itself next time. */
function withoutSnapshot(spool: StoredSpool): Spool {
  return {
    firstSeq: spool.firstSeq,
    lastSeq: spool.lastSeq,
    numSpooled: spool.numSpooled,
    numDropped: 0,
    failure: undefined,
    get acknowledged() {
      return spool.acknowledged;
    },
    append: () => spool.append(),
    read: (seq, maxBytes) => spool.read(seq, maxBytes),
    acknowledge: (seq) => spool.acknowledge(seq),
    close: async () => {},
  };
}
