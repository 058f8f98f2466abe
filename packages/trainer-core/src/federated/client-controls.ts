import { controlCorrection, nextClientControl, rangesOf, type WeightsLayout } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";

/** What a client has reached, from which its next control variate follows. */
export interface Reached {
  readonly globalWeights: Float32Array;
  readonly weights: Float32Array;
  readonly numSteps: number;
  readonly learningRate: number;
}

/** SCAFFOLD's correction for one client in one round. */
export interface ClientCorrection {
  /** c - c_k, to be added to every gradient. */
  readonly values: Float32Array;
  /** Whether the client had no control variate yet. */
  readonly isFresh: boolean;
  /** The client's next control variate, which it keeps, and the change, which it sends. */
  next(reached: Reached): { readonly clientControl: Float32Array; readonly change: Float32Array };
}

/**
 * Opens the correction of a client that has kept `kept`; undefined if it has kept nothing.
 * @throws TrainerError `invalid_option` if the strategy has not sent its own control variate.
 */
export function openCorrection(
  layout: WeightsLayout,
  control: Float32Array | undefined,
  kept: Float32Array | undefined,
): ClientCorrection {
  if (control?.length !== layout.size) {
    const got = control ? `one of ${control.length}` : "none";
    throw new TrainerError(
      "invalid_option",
      `broadcast.control: expected a vector of ${layout.size}, got ${got}`,
    );
  }
  const clientControl = kept ?? new Float32Array(layout.size);
  return {
    values: controlCorrection(control, clientControl),
    isFresh: kept === undefined,
    next(reached) {
      const step = nextClientControl({ ...reached, control, clientControl });
      // Statistics and private tensors move too, but are no gradients.
      const change = new Float32Array(layout.size);
      for (const { start, end } of rangesOf(layout, "trainable")) {
        change.set(step.change.subarray(start, end), start);
      }
      return { change, clientControl: clientControl.map((value, i) => value + (change[i] as number)) };
    },
  };
}
