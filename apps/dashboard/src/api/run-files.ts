import {
  type CheckpointSummary,
  checkpointSummary,
  type ModelSummary,
  modelSummary,
} from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

/** Models of a run that can be downloaded: of its last step, and of its best. */
export async function listModels(runId: string, signal?: AbortSignal): Promise<ModelSummary[]> {
  const { models = [] } = (await request(`${runApiPath(runId)}/model`, { signal })) as { models?: unknown[] };
  return models.map((model) => take(modelSummary.decode(model)));
}

/** Checkpoints of a run: the newest, and the best. */
export async function listCheckpoints(runId: string, signal?: AbortSignal): Promise<CheckpointSummary[]> {
  const { checkpoints = [] } = (await request(`${runApiPath(runId)}/checkpoints`, { signal })) as {
    checkpoints?: unknown[];
  };
  return checkpoints.map((checkpoint) => take(checkpointSummary.decode(checkpoint)));
}

/** Where a checkpoint is, as it was saved. */
export function checkpointPath(runId: string, kind: CheckpointSummary["kind"]): string {
  return `${runApiPath(runId)}/checkpoints/${kind}/file`;
}

/** Where a run's values and events are, as files. */
export function exportPath(runId: string, what: "metrics" | "events", format: "csv" | "jsonl"): string {
  return `${runApiPath(runId)}/${what}?format=${format}`;
}
