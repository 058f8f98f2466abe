import {
  createFederatedTrainer,
  evaluateWith,
  initialWeights,
  modelFor,
  resolveModel,
} from "@fedloom/trainer-core";
import type { FlagValues, Surroundings } from "../command.js";
import { asUsage } from "./as-usage.js";
import { dealOut, keepHoldouts } from "./deal-out.js";
import { localTrainingOf } from "./local-training.js";
import { openPool } from "./open-pool.js";
import { playRun } from "./play-run.js";
import { prepareRun } from "./prepare-run.js";
import { showPartition } from "./show-partition.js";
import { simulationSettingsOf } from "./simulation-settings.js";

const DEFAULT_WIDTH = 80;

/** Trains federated as the flags say, and answers the exit code. */
export async function runSimulation(values: FlagValues, surroundings: Surroundings): Promise<number> {
  const prepared = prepareRun(values, surroundings);
  const { settings, resolve } = prepared;
  const { seed, engine } = settings;
  const simulation = simulationSettingsOf(values, { seed, resolve });
  const opened = await prepared.openData();
  const { dataset, shares } = asUsage(() => dealOut(opened, simulation.partition));
  if (simulation.showsPartition) {
    const { print, note, environment } = surroundings;
    showPartition(opened.train, shares, {
      classNames: opened.classNames,
      width: Number(environment.COLUMNS) || (process.stdout.columns ?? DEFAULT_WIDTH),
      colour: process.stdout.isTTY === true && environment.NO_COLOR === undefined,
      svg: simulation.svg,
      // Standard output is for events then.
      print: values.isOn("json") ? note : print,
    });
  }
  if (!simulation.trains) return 0;
  const { definition, model } = asUsage(() => modelFor(dataset, values.text("model")));
  const { recommended } = definition;
  const training = asUsage(() => localTrainingOf(values, recommended, dataset.sampleShape));
  const resume = await prepared.loadCheckpoint();
  const holdout = keepHoldouts(shares, { share: simulation.holdout, seed });
  const clients = { data: dataset, ...holdout };
  await using open = await openPool({ clients, model, training, engine, numWorkers: simulation.numWorkers });
  const { pool, task, backend } = open;
  const numClasses =
    dataset.task === undefined || dataset.task === "classification" ? dataset.classNames.length : 2;
  const experimentName = prepared.givenName ?? dataset.name;
  const trainer = asUsage(() =>
    createFederatedTrainer({
      runId: prepared.runId,
      experimentName,
      pool,
      strategy: simulation.strategy,
      numRounds: simulation.numRounds,
      train: {
        epochs: simulation.localEpochs ?? recommended.localEpochs,
        batchSize: settings.batchSize ?? recommended.batchSize,
        learningRate: settings.learningRate ?? recommended.learningRate,
      },
      seed,
      initialWeights: initialWeights(resolveModel(model), seed),
      evaluate: evaluateWith(pool.predict, dataset, task),
      ...(simulation.holdout > 0 && { clientEvaluation: { numClasses } }),
      callbacks: prepared.callbacks(),
      ...(resume && { resume }),
      about: { backend, dataset: dataset.title, model: definition.name },
    }),
  );
  return await playRun(trainer, { ...prepared, experimentName, values, surroundings });
}
