import type { WeightsLayout } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import type { StepEnd, StepUnit, StopRequest } from "../callbacks/trainer-callback.js";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import type { RunConfig } from "../checkpoint/run-config.js";
import type { Emit } from "./emit.js";
import type { Stopwatch } from "./stopwatch.js";

/** What a round or an epoch has led to. */
export interface StepOutcome {
  readonly weights: Float32Array;
  /** As callbacks see them. */
  readonly metrics: Readonly<Record<string, number>>;
  /** For `training_end`, should no later step be better. */
  readonly final: Readonly<Record<string, number>>;
  /** Sent and received in this step. */
  readonly bytes: number;
  readonly privacy?: Pick<StepEnd, "epsilon" | "nextEpsilon">;
  /** The training itself asks for an end. */
  readonly stop?: StopRequest;
}

/** A step that is to be played. */
export interface StepPlan {
  /** Counted from 1. */
  readonly step: number;
  readonly weights: Float32Array;
  readonly learningRateFactor: number;
}

/** What a centralized and a federated run do each in their own way. */
export interface Course {
  readonly mode: Checkpoint["mode"];
  readonly unit: StepUnit;
  readonly totalSteps: number;
  readonly layout: WeightsLayout;
  /** What a resumed run must have in common with the one before. */
  readonly config: RunConfig;
  /** `training_mode` and `training_start`. */
  begin(): Iterable<TrainingEvent>;
  /** Trains and evaluates; undefined if it was ended by the signal. */
  play(plan: StepPlan): AsyncGenerator<TrainingEvent, StepOutcome | undefined>;
  /** Looks at test data once a step is the best so far; returns more for `training_end`. */
  testBest?(plan: StepPlan): AsyncGenerator<TrainingEvent, Readonly<Record<string, number>>>;
  /** What is to be kept between steps beside weights. */
  state(): unknown;
  /** Ends what still goes on. */
  close?(): Promise<void>;
}

/** What a course works with. */
export interface RunKit {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly stopwatch: Stopwatch;
}
