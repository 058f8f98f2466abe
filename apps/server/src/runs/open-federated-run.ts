import type { RunConfig, TrainingEvent } from "@fedloom/protocol";
import {
  createFederatedTrainer,
  evaluateWith,
  initialWeights,
  learningRateFor,
  modelFor,
  partitionIndices,
  resolveModel,
} from "@fedloom/trainer-core";
import { createWorkerPool, openDataset } from "@fedloom/trainer-core/node";
import { strategyOf } from "./strategy-of.js";

export interface FederatedRun extends AsyncDisposable {
  /** Everything that happens, to `training_end`; training goes on as they are read. */
  readonly events: AsyncIterable<TrainingEvent>;
  stop(reason: string): void;
}

/**
 * Makes a simulated federation ready to train: data, one share per client, model, strategy, and a worker thread for each
 * core.
 * @throws TrainerError or StrategyError that says what of the config cannot work.
 */
export async function openFederatedRun(runId: string, config: RunConfig): Promise<FederatedRun> {
  const { seed, numClients, dirichletAlpha: alpha } = config;
  const strategy = strategyOf(config);
  const dataset = await openDataset({ source: config.dataPath, seed });
  const { definition, model } = modelFor(dataset, config.model);
  const { recommended } = definition;
  const shares = partitionIndices(
    dataset.train.labels,
    config.partition === "iid"
      ? { kind: "iid", numClients, seed }
      : { kind: "dirichlet", numClients, seed, alpha },
  );
  const pool = await createWorkerPool({
    data: dataset,
    shares,
    model,
    engine: config.engine,
    training: recommended,
  });
  const trainer = createFederatedTrainer({
    runId,
    experimentName: config.experimentName,
    pool,
    strategy,
    numRounds: config.numRounds,
    train: {
      epochs: config.localEpochs ?? recommended.localEpochs,
      batchSize: config.batchSize ?? recommended.batchSize,
      learningRate: config.learningRate ?? learningRateFor(recommended, strategy),
    },
    seed,
    initialWeights: initialWeights(resolveModel(model), seed),
    evaluate: evaluateWith(pool.predict, dataset, pool),
    about: {
      backend: `${pool.engine.name} (${pool.engine.reason})`,
      dataset: dataset.title,
      model: definition.name,
    },
  });
  return {
    events: trainer.run(),
    stop: trainer.stop,
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
