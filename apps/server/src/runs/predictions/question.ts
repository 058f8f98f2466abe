import type { OpenDatabaseOptions } from "@fedloom/db";
import type { PredictionsQuery } from "@fedloom/protocol";

/** What the process is asked. */
export interface PredictionQuestion {
  readonly runId: string;
  /** The checkpoint that was seen last; a newer one may have taken its place. */
  readonly checkpointId: string;
  /** Of the run, in its wire form. */
  readonly config: Record<string, unknown>;
  readonly query: PredictionsQuery;
  /** Where the checkpoint is. */
  readonly databaseOptions: OpenDatabaseOptions;
}
