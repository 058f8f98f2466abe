import type { RunRecord, ThinnedSeries } from "@fedloom/protocol";
import type { ComparedRun } from "./compared-run.js";
import { NO_PLACES } from "./run-places.js";

/** A run as the screen has it, for tests. */
export function comparedRun(
  runId: string,
  changes: Partial<Omit<ComparedRun, "record">> & { record?: Partial<RunRecord> } = {},
): ComparedRun {
  const record = {
    runId,
    experimentName: `run ${runId}`,
    mode: "federated",
    state: "completed",
    config: {},
    step: 3,
    ...changes.record,
  } as RunRecord;
  return {
    runId,
    lines: [],
    phase: "val",
    places: NO_PLACES,
    started: undefined,
    error: undefined,
    ...changes,
    record,
  };
}

/** A line of validation values at rounds 1, 2, 3 … */
export function valLine(name: string, values: readonly number[]): ThinnedSeries {
  return {
    name,
    phase: "val",
    numPoints: values.length,
    numNan: 0,
    points: values.map((value, i) => ({ x: i + 1, value })),
  };
}
