import type { WeightsLayout } from "./weights/layout.js";

/** What a client returns from one round of local training. */
export interface Update {
  readonly clientId: string;
  /** The round whose global weights the client started from, counted from 1. */
  readonly round: number;
  readonly layout: WeightsLayout;
  /** Whether `values` are the client's weights, or their difference from the round's global weights. */
  readonly form: "weights" | "delta";
  /** One float32 per element of the layout. */
  readonly values: Float32Array;
  readonly numSamples: number;
  /** Optimizer steps taken. */
  readonly numSteps?: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** An accepted update without its values: what is left of it after folding. */
export interface UpdateSummary {
  readonly clientId: string;
  readonly numSamples: number;
  readonly numSteps?: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** The weight that the strategy gave it, not normalised. */
  readonly weight: number;
}

/** Why something was refused; `code` is for programs, `message` for people. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** An update that a hook refused. */
export interface RefusedUpdate extends Refusal {
  readonly clientId: string;
  readonly hook: string;
}

/** A picked client that returned no update. */
export interface FailedClient {
  readonly clientId: string;
  readonly reason: string;
}
