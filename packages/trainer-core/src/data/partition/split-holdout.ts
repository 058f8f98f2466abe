import { randomStream } from "@fedloom/fl-strategy";
import { refuseOption } from "./require-option.js";

export interface HoldoutOptions {
  /** Of the samples, in [0, 1): how many the client keeps for its own evaluation. */
  readonly share: number;
  readonly seed: number;
  readonly clientId: string;
}

export interface Holdout {
  readonly train: Uint32Array;
  readonly holdout: Uint32Array;
}

/**
 * Splits one client's samples into those it trains on and those it only evaluates on; both keep the order they had.
 * Equal seeds give equal splits, whatever the other clients have. One sample at least is left to train on.
 * @throws TrainerError `invalid_option` for a share outside [0, 1).
 */
export function splitHoldout(indices: Uint32Array, { share, seed, clientId }: HoldoutOptions): Holdout {
  if (!(share >= 0 && share < 1)) refuseOption("share", "a number in [0, 1)", share);
  const { length } = indices;
  const numHeld = Math.max(0, Math.min(length - 1, Math.round(length * share)));
  const drawn = randomStream(seed, "holdout", clientId).shuffle(
    Uint32Array.from({ length }, (_, index) => index),
  );
  const isHeld = new Uint8Array(length);
  for (let i = 0; i < numHeld; i += 1) isHeld[drawn[i] as number] = 1;
  return {
    train: indices.filter((_, index) => isHeld[index] === 0),
    holdout: indices.filter((_, index) => isHeld[index] === 1),
  };
}
