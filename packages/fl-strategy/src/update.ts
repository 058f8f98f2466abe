import type { WeightsLayout } from "./weights/layout.js";

/** What a client returns from one round of local training. */
export interface Update {
  readonly clientId: string;
  /** The round whose global weights the client started from, counted from 1. */
  readonly round: number;
  readonly layout: WeightsLayout;
  /** Whether `values` are the client's weights, or their difference from the round's global weights. */
  readonly form: "weights" | "delta";
  /** One float32 per element of the layout; not to be written to once it was handed over. */
  readonly values: Float32Array;
  readonly numSamples: number;
  /** Optimizer steps taken. */
  readonly numSteps?: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** What the strategy asked for beside the weights, such as SCAFFOLD's change of the client's control variate. */
  readonly vectors?: Readonly<Record<string, Float32Array>>;
  /** The client keeps state between rounds for this strategy, and had none. */
  readonly startedFresh?: boolean;
}

/** An accepted update without its values: what is left of it after folding. */
export interface UpdateSummary {
  readonly clientId: string;
  readonly numSamples: number;
  readonly numSteps?: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly startedFresh?: boolean;
  /** The weight that the strategy gave it, not normalised. */
  readonly weight: number;
  /** Numbers that the strategy noted when it folded the update. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Why something was refused; `code` is for programs, `message` for people. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** An update that a hook or the strategy refused. */
export interface RefusedUpdate extends Refusal {
  readonly clientId: string;
  /** Name of the hook, or id of the strategy. */
  readonly by: string;
}

/** A picked client that returned no update. */
export interface FailedClient {
  readonly clientId: string;
  readonly reason: string;
}

/** Something about a client that people should know though nothing was refused. */
export interface Note extends Refusal {
  readonly clientId?: string;
}
