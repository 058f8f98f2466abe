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
  /** Keeps the client's next control variate, and returns its change. */
  next(reached: Reached): Float32Array;
}

/** The control variates of clients that live in this process: one model of memory for each that took part. */
export interface ClientControls {
  /** @throws TrainerError `invalid_option` if the strategy has not sent its own control variate. */
  correctionFor(clientId: string, broadcast: Readonly<Record<string, Float32Array>>): ClientCorrection;
}

export function createClientControls(layout: WeightsLayout): ClientControls {
  const kept = new Map<string, Float32Array>();
  return {
    correctionFor(clientId, { control }) {
      if (!control) {
        throw new TrainerError("invalid_option", "broadcast.control: expected a vector, got none");
      }
      const clientControl = kept.get(clientId) ?? new Float32Array(layout.size);
      return {
        values: controlCorrection(control, clientControl),
        isFresh: !kept.has(clientId),
        next(reached) {
          const { change } = nextClientControl({ ...reached, control, clientControl });
          // Statistics and private tensors move too, but are no gradients.
          const trained = new Float32Array(layout.size);
          for (const { start, end } of rangesOf(layout, "trainable")) {
            trained.set(change.subarray(start, end), start);
          }
          kept.set(
            clientId,
            clientControl.map((value, i) => value + (trained[i] as number)),
          );
          return trained;
        },
      };
    },
  };
}
