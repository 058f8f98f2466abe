/** What a run counts: rounds of a federated one, epochs of a centralized one. */
export type StepUnit = "round" | "epoch";

/** A round or an epoch that is about to begin. */
export interface StepStart {
  readonly unit: StepUnit;
  /** Counted from 1. */
  readonly step: number;
  readonly totalSteps: number;
  /** What it starts from; not to be written to. */
  readonly weights: Float32Array;
}

/** A round or an epoch that has been trained and evaluated. */
export interface StepEnd extends StepStart {
  /** What it has led to; not to be written to. */
  readonly weights: Float32Array;
  /**
   * `train_loss` and what else training reported; `val_loss`, `val_accuracy` … of the server's evaluation and
   * `pooled_val_loss` … of the clients' own. Nothing of test data, which must not steer a run.
   */
  readonly metrics: Readonly<Record<string, number>>;
  readonly isBest: boolean;
  /** Since the start of the run, over restarts too. */
  readonly elapsedMs: number;
  /** Sent and received since the start of the run. */
  readonly bytes: number;
  /** Privacy spent since the start of the run, and once another round has run; for runs that account for it. */
  readonly epsilon?: number | "unknown";
  readonly nextEpsilon?: number | "unknown";
}

/** A round or an epoch with which every callback is through. */
export interface ClosedStep extends StepEnd {
  /** Whether the run ends with it. */
  readonly isLast: boolean;
  /** All that is needed to go on from here, as bytes: see `decodeCheckpoint`. */
  checkpoint(): Uint8Array;
}

/** A checkpoint that has been written. */
export interface SavedCheckpoint {
  /** Where it is, as a path or by an id. */
  readonly path?: string;
  readonly id?: string;
  readonly bytes: number;
  readonly isBest: boolean;
}

/** What a callback wants of the step that begins. */
export interface BeforeStep<State> {
  /** Multiplies the run's learning rate for this step, beside the factors of other callbacks; finite, >= 0. */
  readonly learningRateFactor?: number;
  /** The callback's new state. */
  readonly state?: State;
}

/** What a callback makes of a step. */
export interface AfterStep<State> {
  /** The run is to end after this step. */
  readonly stop?: StopRequest;
  /** Goes on from these weights; a vector of its own, not written to again. */
  readonly weights?: Float32Array;
  /** The callback's new state. */
  readonly state?: State;
}

/** Why a run is to end early. */
export interface StopRequest {
  readonly reason: string;
  /** The metric that decided, and its best value; default the run's own best. */
  readonly metric?: { readonly name: string; readonly value: number };
  /** Steps that were waited for an improvement; default 0. */
  readonly patience?: number;
}

/**
 * Acts on a run, federated or centralized, between its rounds or epochs; `before…` and `after…` may change its course,
 * `on…` only watches. State is passed in and out, never written to, and is part of the run's checkpoints: plain data and
 * typed arrays. One that throws costs its own say in this step, which an `error` event tells, and never the run.
 */
export interface TrainerCallback<State = unknown> {
  /** Unique in the run; with it the state is found again in a checkpoint. */
  readonly name: string;
  /** The state before the first step; default `null`. */
  init?(): State;
  beforeStep?(
    start: StepStart,
    state: State,
  ): BeforeStep<State> | undefined | Promise<BeforeStep<State> | undefined>;
  /** Acts on a step whose metrics are there. */
  afterStep?(
    end: StepEnd,
    state: State,
  ): AfterStep<State> | undefined | Promise<AfterStep<State> | undefined>;
  /** May replace the weights with which a run ends, after its last step or because a callback stopped it. */
  beforeEnd?(end: StepEnd, state: State): Float32Array | undefined | Promise<Float32Array | undefined>;
  /** Sees a step with which every callback is through; what it returns is said in `checkpoint` events. */
  onStepClosed?(
    step: ClosedStep,
  ): readonly SavedCheckpoint[] | undefined | Promise<readonly SavedCheckpoint[] | undefined>;
}
