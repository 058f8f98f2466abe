import type { Database } from "@fedloom/db";
import type { RunConfig, RunRecord, RunState } from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { ServerError } from "../../errors.js";
import type { EventTail } from "../../events/event-tail.js";
import type { Predictor } from "../../runs/predictions/create-predictor.js";
import type { PartitionPreviewer } from "../../runs/preview/partition-previewer.js";

/** What can be asked of those who look after runs; a refusal is a ServerError. */
export interface RunActions {
  /** Answers the new run's id. */
  start(config: RunConfig): Promise<string>;
  stop(runId: string, reason?: string): Promise<unknown>;
  pause(runId: string, reason?: string): Promise<unknown>;
  resume(runId: string): Promise<unknown>;
  delete(runId: string): Promise<unknown>;
  prune(query: {
    olderThanDays?: number | undefined;
    keepLast?: number | undefined;
    states?: RunState[] | undefined;
    dryRun?: boolean | undefined;
  }): Promise<{
    runs: { runId: string; experimentName: string; state: RunState; lastChangeAt: string }[];
    isDryRun: boolean;
  }>;
}

/** Makes the model of a checkpoint, for runs that go on; undefined if there is none yet. */
export type ModelExporter = (runId: string, kind: "last" | "best") => Promise<ExportedModel | undefined>;

export interface ExportedModel {
  readonly step: number;
  readonly name: string;
  readonly layersModel: Record<string, unknown>;
  readonly layersWeights: Uint8Array;
  readonly safetensors: Uint8Array;
}

export interface RunRoutesOptions {
  readonly database: Pick<Database, "runs" | "events" | "rounds" | "metrics" | "checkpoints" | "models">;
  readonly runs: RunActions;
  readonly tail: EventTail;
  /** For runs that go on; without it there are only the models of runs that are over. */
  readonly exporter?: ModelExporter | undefined;
  readonly previewer: Pick<PartitionPreviewer, "preview">;
  /** Answers in JSON what a run's model says of samples; a refusal is a ServerError. */
  readonly predictor: Pick<Predictor, "ask">;
}

/** An app whose handlers know the types of their schemas. */
export function withSchemas(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}

/** @throws ServerError `run_not_found` */
export async function findRun({ runs }: Pick<Database, "runs">, runId: string): Promise<RunRecord> {
  const run = await runs.get(runId);
  if (!run) throw new ServerError("run_not_found", `there is no run ${runId}`, { field: "run_id" });
  return run;
}
