import { createCentralizedTrainer, createLocalTrainer, modelFor } from "@fedloom/trainer-core";
import type { FlagValues, Surroundings } from "../command.js";
import { asUsage } from "./as-usage.js";
import { localTrainingOf } from "./local-training.js";
import { playRun } from "./play-run.js";
import { prepareRun } from "./prepare-run.js";

/** Trains on all samples in one place as the flags say, and answers the exit code. */
export async function runCentralized(values: FlagValues, surroundings: Surroundings): Promise<number> {
  const prepared = prepareRun(values, surroundings);
  const { settings, runId } = prepared;
  const numEpochs = values.number("epochs", 1) ?? 10;
  const dataset = await prepared.openData();
  const { definition, model } = asUsage(() => modelFor(dataset, values.text("model")));
  const { recommended } = definition;
  const training = asUsage(() => localTrainingOf(values, recommended, dataset.sampleShape));
  const resume = await prepared.loadCheckpoint();
  const { trainer: local, engine } = await createLocalTrainer({ model, engine: settings.engine });
  using trainer = local;
  const experimentName = prepared.givenName ?? dataset.name;
  const run = asUsage(() =>
    createCentralizedTrainer({
      runId,
      experimentName,
      trainer,
      dataset,
      numEpochs,
      batchSize: settings.batchSize ?? recommended.batchSize,
      learningRate: settings.learningRate ?? recommended.learningRate,
      ...training,
      seed: settings.seed,
      initialWeights: trainer.initialWeights(settings.seed),
      callbacks: prepared.callbacks(),
      ...(resume && { resume }),
      about: {
        backend: `${trainer.engine}: ${engine.reason}`,
        dataset: dataset.title,
        model: definition.name,
      },
    }),
  );
  return await playRun(run, { ...prepared, experimentName, values, surroundings });
}
