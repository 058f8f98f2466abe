import type { WeightsLayout } from "@fedloom/fl-strategy";
import type { EvaluatedStep } from "../run/best-step.js";
import type { RunConfig } from "./run-config.js";

/** All that is needed to go on from a closed round or epoch as if the run had never stopped. */
export interface Checkpoint {
  readonly mode: "centralized" | "federated";
  /** Rounds or epochs that are closed. */
  readonly step: number;
  /** Settings that a run must share with the one that has left this, to go on from it. */
  readonly config: RunConfig;
  readonly layout: WeightsLayout;
  readonly weights: Float32Array;
  readonly progress: Progress;
  /** Federated: the aggregation state, with strategy, hooks and privacy ledger. Centralized: the optimizer's. */
  readonly state: unknown;
  /** State of each callback, by name. */
  readonly callbacks: Readonly<Record<string, unknown>>;
}

/** How far a run has come. */
export interface Progress {
  readonly best?: EvaluatedStep;
  /** Weights of the last step, if the run ended with others, such as the best, for no other reason than its length. */
  readonly trained?: Float32Array;
  /** Since the start of the run, over restarts too. */
  readonly elapsedMs: number;
  /** Sent to clients and received from them since the start of the run. */
  readonly bytes: number;
  /** Whether the run has ended early: nothing is left to train. */
  readonly isOver: boolean;
}
