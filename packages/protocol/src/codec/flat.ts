import type { WireEvent } from "../envelope.js";

/** An event whose data stand beside its type. */
export type FlatEvent = { type: string; timestamp: string } & Record<string, unknown>;

/**
 * The form of `/ws/training-progress`, for simple pages: the fields of `data` beside `type` and `timestamp`.
 * The end of a run is `training_complete`, a fatal error `training_error`.
 */
export function toFlatEvent({ type, timestamp, data }: WireEvent): FlatEvent {
  if (type === "training_end") {
    return { ...data, final_metrics: summaryOf(data), type: "training_complete", timestamp };
  }
  const flatType = type === "error" && data.fatal === true ? "training_error" : type;
  return { ...data, type: flatType, timestamp };
}

/** How long the run was and how good it got; absent fields stay absent. */
function summaryOf(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const metrics = (data.final_metrics ?? {}) as Readonly<Record<string, unknown>>;
  const { total_epochs, total_rounds, best_epoch, best_round, duration_seconds } = data;
  return {
    total_epochs,
    total_rounds,
    best_epoch,
    best_round,
    best_val_recall: data.best_val_recall ?? metrics.val_recall ?? metrics.recall,
    best_val_loss: metrics.val_loss ?? metrics.loss,
    duration_seconds,
  };
}
