// A simulated federation for benchmarks: a data set, clients, worker threads, a trainer.
import { fileURLToPath } from "node:url";
import { createStrategy } from "@fedloom/fl-strategy";
import {
  createFederatedTrainer,
  evaluateWith,
  initialWeights,
  modelFor,
  partitionIndices,
  resolveModel,
} from "@fedloom/trainer-core";
import { createWorkerPool } from "@fedloom/trainer-core/node";

/** Where the public data sets lie that benchmarks train on. */
export const DATA =
  process.env.FEDLOOM_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Deals a data set out and starts what trains it; `partition` is everything but the seed. */
export async function openFederation({ dataset, modelName, partition, seed, ...options }) {
  const { definition, model } = modelFor(dataset, modelName);
  const { recommended } = definition;
  const pool = await createWorkerPool({
    data: dataset,
    shares: partitionIndices(dataset.train.labels, { ...partition, seed }),
    model,
    training: recommended,
    ...(options.numWorkers && { numWorkers: options.numWorkers }),
    progress: options.progress ?? true,
  });
  return {
    pool,
    /** A run from the first weights; `evaluates` asks for the server's evaluation after each round. */
    train({ numRounds, evaluates = true, strategy = createStrategy("fedavg") }) {
      return createFederatedTrainer({
        runId: "01JD0000000000000000000000",
        experimentName: "benchmark",
        pool,
        strategy,
        numRounds,
        train: {
          epochs: recommended.localEpochs,
          batchSize: recommended.batchSize,
          learningRate: recommended.learningRate,
          ...options.train,
        },
        seed,
        initialWeights: initialWeights(resolveModel(model), seed),
        ...(evaluates && { evaluate: evaluateWith(pool.predict, dataset, pool) }),
        about: { backend: pool.engine.name, dataset: dataset.title, model: definition.name },
      });
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
