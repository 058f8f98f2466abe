import type { TrainingEvent } from "@fedloom/protocol";
import type { StepEnd, TrainerCallback } from "../callbacks/trainer-callback.js";
import { createFederatedTrainer, type FederatedTrainerOptions } from "../federated/federated-trainer.js";
import type { Evaluate } from "../metrics/evaluate.js";
import { federationOptions, readAll } from "./small-federation.js";

/** Plays four rounds, unless told otherwise, with these callbacks. */
export async function playWith(
  callbacks: readonly TrainerCallback[],
  changes: Partial<FederatedTrainerOptions> = {},
): Promise<{ events: TrainingEvent[]; weights: Float32Array }> {
  const train = { epochs: 1, batchSize: 16, learningRate: 0.05 };
  const trainer = createFederatedTrainer(federationOptions({ numRounds: 4, train, callbacks, ...changes }));
  return { events: await readAll(trainer), weights: trainer.weights };
}

/** Says these losses on validation data, round after round. */
export function losses(values: number[]): Evaluate {
  let round = 0;
  return async (_weights, split) => {
    if (split === "test") return {};
    round += 1;
    return { loss: values[round - 1] ?? Number.NaN };
  };
}

/** What each round led to. */
export function keeper(): TrainerCallback & { readonly seen: StepEnd[] } {
  const seen: StepEnd[] = [];
  return {
    name: "keeper",
    seen,
    afterStep(end) {
      seen.push(end);
      return undefined;
    },
  };
}
