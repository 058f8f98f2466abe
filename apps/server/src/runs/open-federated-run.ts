import type { RunConfig, TrainingEvent } from "@fedloom/protocol";
import {
  createFederatedTrainer,
  createInProcessPool,
  createLocalTrainer,
  findModel,
  openDataset,
  openEngine,
  partitionSamples,
} from "@fedloom/trainer-core";
import { strategyOf } from "./strategy-of.js";

export interface FederatedRun extends Disposable {
  /** Everything that happens, to `training_end`; training goes on as they are read. */
  readonly events: AsyncIterable<TrainingEvent>;
  stop(reason: string): void;
}

/**
 * Makes a simulated federation ready to train: engine, data, one share per client, model, strategy.
 * @throws TrainerError or StrategyError that says what of the config cannot work.
 */
export async function openFederatedRun(runId: string, config: RunConfig): Promise<FederatedRun> {
  const { seed, numClients, dirichletAlpha: alpha } = config;
  const model = findModel(config.model);
  const strategy = strategyOf(config);
  const engine = await openEngine({ engine: config.engine });
  const dataset = await openDataset({ path: config.dataPath, seed });
  const shares = partitionSamples(
    dataset.train,
    config.partition === "iid"
      ? { kind: "iid", numClients, seed }
      : { kind: "dirichlet", numClients, seed, alpha },
  );
  const numClasses = dataset.classNames.length;
  const local = createLocalTrainer({ model, sampleShape: dataset.sampleShape, numClasses });
  const { recommended } = model;
  const trainer = createFederatedTrainer({
    runId,
    experimentName: config.experimentName,
    pool: createInProcessPool({ trainer: local, shares }),
    strategy,
    numRounds: config.numRounds,
    train: {
      epochs: config.localEpochs ?? recommended.localEpochs,
      batchSize: config.batchSize ?? recommended.batchSize,
      learningRate: config.learningRate ?? recommended.learningRate,
    },
    seed,
    initialWeights: local.initialWeights(seed),
    evaluate: (weights, split, signal) => local.evaluate(weights, dataset[split], signal),
    about: { backend: `${engine.name} (${engine.reason})`, dataset: dataset.title, model: model.name },
  });
  return {
    events: trainer.run(),
    stop: trainer.stop,
    [Symbol.dispose]: () => local[Symbol.dispose](),
  };
}
