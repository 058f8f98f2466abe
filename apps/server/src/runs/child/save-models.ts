import type { Database } from "@fedloom/db";
import { exportModelOf } from "./export-model.js";
import { reasonOf, retrying } from "./retrying.js";

export interface SaveModelsOptions {
  readonly database: Pick<Database, "checkpoints" | "models">;
  readonly runId: string;
  readonly onFailed: (reason: string) => void;
  readonly signal: AbortSignal;
}

const LIMIT_MS = 30_000;

/** Keeps the models of a run's last and best checkpoint, for those who want them when it is over. */
export async function saveModels({ database, runId, onFailed, signal }: SaveModelsOptions): Promise<void> {
  for (const kind of ["last", "best"] as const) {
    try {
      await retrying(
        async () => {
          const bytes = await database.checkpoints.load(runId, kind);
          if (bytes) await database.models.save(exportModelOf(bytes, { runId, kind }));
        },
        { limitMs: LIMIT_MS, signal },
      );
    } catch (error) {
      onFailed(`the ${kind} model could not be kept: ${reasonOf(error)}`);
    }
  }
}
