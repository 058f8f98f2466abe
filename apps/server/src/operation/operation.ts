import { statfs } from "node:fs/promises";
import { DatabaseProbe, type DatabaseState } from "./database-probe.js";
import type { LoopDelay } from "./loop-delay.js";
import type { OperationParts } from "./operation-parts.js";

/** Everything that `/health` and `/metrics` tell, asked in one go. */
export interface OperationFigures {
  readonly database: DatabaseState;
  readonly relayPort: ReturnType<OperationParts["relayPort"]>;
  readonly events: ReturnType<OperationParts["events"]>;
  readonly runs: ReturnType<OperationParts["runs"]>;
  readonly alerts: ReturnType<NonNullable<OperationParts["alerts"]>> | undefined;
  readonly system: ReturnType<NonNullable<OperationParts["system"]>> | undefined;
  /** Of the disk with the server's data; undefined where that cannot be told. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | undefined;
  readonly loop: { readonly p99Ms: number; readonly maxMs: number };
}

/** How the server is; shared by the routes that tell it. */
export interface Operation {
  databaseState(): Promise<DatabaseState>;
  figures(): Promise<OperationFigures>;
}

export function createOperation(parts: OperationParts, loopDelay: LoopDelay): Operation {
  const probe = new DatabaseProbe(() => parts.database.ping());
  return {
    databaseState: () => probe.state(),
    async figures() {
      const [database, disk] = await Promise.all([probe.state(), diskSpace(parts.folder)]);
      return {
        database,
        disk,
        relayPort: parts.relayPort(),
        events: parts.events(),
        runs: parts.runs(),
        alerts: parts.alerts?.(),
        system: parts.system?.(),
        loop: { p99Ms: loopDelay.p99Ms, maxMs: loopDelay.maxMs },
      };
    },
  };
}

async function diskSpace(folder: string): Promise<OperationFigures["disk"]> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    // The folder of an embedded database is not there when the database is the user's own.
    return undefined;
  }
}
