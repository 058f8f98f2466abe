/** Every way in which this package refuses to go on. */
export type TrainerErrorCode =
  | "invalid_option"
  | "invalid_data"
  | "unreadable_data"
  | "partition_failed"
  | "engine_unavailable"
  | "model_unknown"
  | "invalid_model"
  | "model_unsupported"
  | "invalid_weights"
  | "invalid_checkpoint"
  | "checkpoint_failed";

/** The one error class of this package; `code` is stable, `message` names the field, what was expected and what came. */
export class TrainerError extends Error {
  readonly code: TrainerErrorCode;

  constructor(code: TrainerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "TrainerError";
    this.code = code;
  }
}
