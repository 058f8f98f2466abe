import { fedAvg } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import type { FederatedTrainerOptions } from "../federated/federated-trainer.js";
import { createInProcessPool } from "../federated/in-process-pool.js";
import { type Evaluate, evaluateWith } from "../metrics/evaluate.js";
import type { Trainer } from "../run/trainer.js";
import { grammarFault } from "./event-grammar.js";
import { createSmallDataset, createSmallTrainer, dealOut } from "./small-task.js";

export const dataset = createSmallDataset();
export const local = createSmallTrainer();
export const shares = dealOut(dataset.train.numSamples, 3);
/** Samples for each client to evaluate on. */
export const holdouts = dealOut(dataset.train.numSamples, 6).slice(0, 3);

/** The server's own evaluation. */
export const evaluate: Evaluate = evaluateWith(
  (weights, split, signal) => local.predict(weights, dataset[split], signal ? { signal } : {}),
  dataset,
  local,
);

/** Two rounds of three clients that really train. */
export function federationOptions(changes: Partial<FederatedTrainerOptions> = {}): FederatedTrainerOptions {
  return {
    runId: "01JD0000000000000000000000",
    experimentName: "test",
    pool: createInProcessPool({ trainer: local, data: dataset, shares, holdouts }),
    strategy: fedAvg(),
    numRounds: 2,
    train: { epochs: 2, batchSize: 16, learningRate: 0.05 },
    seed: 1,
    initialWeights: local.initialWeights(1),
    evaluate,
    about: { backend: local.engine, dataset: dataset.title, model: "small" },
    ...changes,
  };
}

/** Reads a run to its end; throws if its events are not in order. */
export async function readAll(trainer: Trainer): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of trainer.run()) events.push(event);
  const fault = grammarFault(events);
  if (fault !== undefined) throw new Error(fault);
  return events;
}
