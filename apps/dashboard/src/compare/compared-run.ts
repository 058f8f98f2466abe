import type { RunRecord, ThinnedSeries } from "@fedloom/protocol";
import type { ApiError } from "../api/errors.js";
import type { Phase } from "./compare-query.js";
import type { RunPlaces } from "./run-places.js";

/** What a run's `training_start` says: what it was made of in the end, where its config was silent. */
export interface Started {
  localEpochs: number;
  about: Readonly<Record<string, unknown>>;
}

/** What is known of a run that is compared. */
export interface ComparedRun {
  runId: string;
  record: RunRecord | undefined;
  /** Lines of the whole run, of one phase. */
  lines: readonly ThinnedSeries[];
  phase: Phase;
  places: RunPlaces;
  started: Started | undefined;
  /** Why it, or the newest of it, could not be read. */
  error: ApiError | undefined;
}
