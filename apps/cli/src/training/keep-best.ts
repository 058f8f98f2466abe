import type { Checkpoint, TrainerCallback } from "@fedloom/trainer-core";

/** Weights, and the round or epoch that they are of. */
export interface StepWeights {
  readonly step: number;
  readonly weights: Float32Array;
}

export interface BestKeeper {
  readonly callback: TrainerCallback<null>;
  /** Of the best step; undefined if none was evaluated. */
  best(): StepWeights | undefined;
}

/** Keeps the weights of a run's best round or epoch in memory; `before` is the best one of a run that goes on. */
export function keepBest(before: Checkpoint | undefined): BestKeeper {
  let best: StepWeights | undefined = before;
  return {
    callback: {
      name: "keep-best",
      afterStep({ isBest, step, weights }) {
        if (isBest) best = { step, weights };
        return undefined;
      },
    },
    best: () => best,
  };
}
