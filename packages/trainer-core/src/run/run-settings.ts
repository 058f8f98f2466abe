import type { TrainerCallback } from "../callbacks/trainer-callback.js";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import type { BestBy } from "./best-step.js";

/** What every run takes, centralized or federated. */
export interface RunSettings {
  /** A ULID. */
  readonly runId: string;
  readonly experimentName: string;
  /** Of every random choice in the run. */
  readonly seed: number;
  readonly initialWeights: Float32Array;
  /** Early stopping, checkpoints, learning-rate schedules and the user's own, in the order in which they act. */
  readonly callbacks?: readonly TrainerCallback[];
  /**
   * How the best round or epoch is chosen; default the largest `val_auroc`, or the first there is of `val_accuracy`,
   * `val_r2`, `val_loss` (smallest) and the same of the clients' own evaluation.
   */
  readonly best?: BestBy;
  /** Which start of the run this is, from 1, for `training_start`; default 1. */
  readonly attempt?: number;
  /** Goes on from here, as if the run had never stopped; `initialWeights` are not looked at then. */
  readonly resume?: Checkpoint;
  /**
   * What else shapes the run's result and that the trainer does not see, such as how samples were dealt out: plain values,
   * by name. A run that goes on from a checkpoint must have the same.
   */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Wall clock; default the system's. */
  readonly now?: () => Date;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly monotonicNow?: () => number;
}
