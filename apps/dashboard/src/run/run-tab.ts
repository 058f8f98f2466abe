import type { RunRecord, RunState } from "@fedloom/protocol";
import type { RunSnapshot } from "../live/run-session.js";

/** What each part of a run's page is given. */
export interface RunTabProps {
  snapshot: RunSnapshot & { record: RunRecord };
  /** By the newest event, or by the record where no event says more. */
  state: RunState;
  /** Called when name, tags or notes were changed here. */
  onChanged: () => void;
}
