import type { RunRecord } from "@fedloom/protocol";
import type { runs } from "../schema/runs.js";

/** A run's row as others see it. */
export function runRecordOf(row: typeof runs.$inferSelect): RunRecord {
  const { runId, project, experimentName, mode, state, isManaged, config, tags, notes, attempt, step } = row;
  return {
    runId,
    project,
    experimentName,
    mode,
    state,
    isManaged,
    config,
    tags,
    notes,
    attempt,
    step,
    createdAt: row.createdAt.toISOString(),
    ...(row.stateReason !== null && { stateReason: row.stateReason }),
    ...(row.totalSteps !== null && { totalSteps: row.totalSteps }),
    // NaN and infinities are stored as text.
    ...(row.best && { best: { ...row.best, value: Number(row.best.value) } }),
    ...(row.summary && { summary: row.summary }),
    ...(row.error !== null && { error: row.error }),
    ...(row.startedAt && { startedAt: row.startedAt.toISOString() }),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
  };
}
