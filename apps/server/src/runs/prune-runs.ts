import type { Database } from "@fedloom/db";
import type { RunState } from "@fedloom/protocol";
import type { ProgressFiles } from "./progress-files.js";

export interface PruneOptions {
  /** Only those that ended longer ago. */
  readonly olderThanDays?: number | undefined;
  /** All but the newest so many. */
  readonly keepLast?: number | undefined;
  /** In which states; those that are over. */
  readonly states?: readonly RunState[] | undefined;
  /** Whether nothing is removed; false. */
  readonly dryRun?: boolean | undefined;
}

export interface PrunedRun {
  readonly runId: string;
  readonly experimentName: string;
  readonly state: RunState;
  /** ISO 8601. */
  readonly lastChangeAt: string;
}

const OVER = ["completed", "stopped", "failed"] as const satisfies readonly RunState[];

/** Takes old runs out of sight, oldest first, with their progress files; what they had is purged afterwards. */
export async function pruneRuns(
  { database, files }: { database: Database; files: ProgressFiles },
  { olderThanDays, keepLast, states = OVER, dryRun = false }: PruneOptions,
): Promise<{ runs: PrunedRun[]; isDryRun: boolean }> {
  const runs = await database.runs.listPrunable({ olderThanDays, keepLast, states });
  if (!dryRun) {
    for (const { runId } of runs) {
      await database.runs.markDeleted(runId);
      await files.remove(runId);
    }
  }
  return { runs, isDryRun: dryRun };
}
