import type { CheckpointRepository, OpenDatabaseOptions } from "@fedloom/db";
import type { PredictionsQuery, RunRecord } from "@fedloom/protocol";
import { ServerError } from "../../errors.js";
import { keepProcess } from "../answering/kept-process.js";
import type { PredictionQuestion } from "./question.js";

export interface PredictorOptions {
  readonly database: { readonly checkpoints: Pick<CheckpointRepository, "list"> };
  /** What the database was opened with: the process that does the work opens it for itself. */
  readonly databaseOptions: OpenDatabaseOptions;
  /** The process's file, for tests. */
  readonly program?: URL;
}

/** Asks runs' models about single samples. */
export interface Predictor {
  /**
   * What a run's model says of samples: `runPredictions` as JSON. One whose asker is gone is not made.
   * @throws ServerError `run_not_managed`, `checkpoint_not_found`, `too_busy`, `too_large`; and for data and models that
   * cannot be used `data_gone`, `data_changed`, `task_unsupported`, `checkpoint_damaged`.
   */
  ask(run: RunRecord, query: PredictionsQuery, gone?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** Has a process of its own answer, one question at a time; it keeps data and model for the next one. */
export function createPredictor({ database, databaseOptions, program }: PredictorOptions): Predictor {
  const { ask, close } = keepProcess<PredictionQuestion, string>({
    program: program ?? new URL("./predictions-process.js", import.meta.url),
    what: "prediction",
    maxWaiting: 8,
    limitMs: 120_000,
    idleMs: 120_000,
    maxHeapMb: 2_048,
  });
  return {
    async ask(run, query, gone) {
      const { runId, config } = run;
      if (!run.isManaged) {
        const message = `run ${runId}: its model and data are with the program that trains it, not with this server`;
        throw new ServerError("run_not_managed", message);
      }
      const found = (await database.checkpoints.list(runId)).find(({ kind }) => kind === query.kind);
      if (!found) {
        throw new ServerError("checkpoint_not_found", `run ${runId} has no checkpoint ${query.kind} yet`);
      }
      return ask({ runId, checkpointId: found.checkpointId, config, query, databaseOptions }, gone);
    },
    close,
  };
}
