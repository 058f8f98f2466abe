import type { RunState } from "@fedloom/protocol";

/** Whether nothing more is expected of a run in this state. */
export function isOver(state: RunState): state is "completed" | "stopped" | "failed" {
  return state === "completed" || state === "stopped" || state === "failed";
}
