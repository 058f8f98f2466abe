import type { TrainingEvent } from "@fedloom/protocol";

/** One run of training, centralized or federated. */
export interface Trainer {
  /**
   * Trains, and says everything that happens: from `training_mode` to `training_end`, whatever goes wrong in between.
   * Read once; training goes on as the events are read, and ends when the reader leaves.
   */
  run(): AsyncGenerator<TrainingEvent, void, undefined>;
  /** Ends the run within the batch that is being trained; `training_end` follows with what was reached. */
  stop(reason: string): void;
  /** Those of the last round or epoch that was closed; not to be written to. */
  readonly weights: Float32Array;
}
