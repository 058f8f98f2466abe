import type { CheckpointSummary, RunState } from "@fedloom/protocol";
import { useCallback } from "react";
import { listCheckpoints } from "../../api/run-files.js";
import { usePolling } from "../../api/use-polling.js";
import { isOver } from "../../live/run-session.js";

/** How often is looked for a newer model, in ms: while the run goes on, and when it is over. */
const LIVE_MS = 5_000;
const OVER_MS = 60_000;

/** The newest checkpoint of a kind that a run has; undefined while there is none. */
export function useNewestModel(
  runId: string,
  kind: CheckpointSummary["kind"],
  state: RunState,
): CheckpointSummary | undefined {
  const ask = useCallback((signal: AbortSignal) => listCheckpoints(runId, signal), [runId]);
  const { value } = usePolling(ask, isOver(state) ? OVER_MS : LIVE_MS);
  return value?.find((checkpoint) => checkpoint.kind === kind);
}
