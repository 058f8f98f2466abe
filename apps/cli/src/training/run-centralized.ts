import { createCentralizedTrainer, createLocalTrainer, modelFor } from "@fedloom/trainer-core";
import type { FlagValues, Surroundings } from "../command.js";
import { asUsage } from "./as-usage.js";
import { localTrainingOf } from "./local-training.js";
import { playRun } from "./play-run.js";
import { prepareRun } from "./prepare-run.js";
import { asGoingOnFrom } from "./run-checkpoints.js";
import { openRunOutputs } from "./run-outputs.js";
import { settingsInCommon } from "./settings-in-common.js";
import { bestBy } from "./training-settings.js";

/** Trains on all samples in one place as the flags say, and answers the exit code. */
export async function runCentralized(values: FlagValues, surroundings: Surroundings): Promise<number> {
  const prepared = prepareRun(values, surroundings);
  const { settings, runId } = prepared;
  const numEpochs = values.number("epochs", 1) ?? 10;
  const outputs = await openRunOutputs(settings);
  const { checkpoints } = outputs;
  const dataset = await prepared.openData();
  const { definition, model } = asUsage(() => modelFor(dataset, values.text("model")));
  const { recommended } = definition;
  const training = asUsage(() => localTrainingOf(values, recommended, dataset.sampleShape));
  const { trainer: local, engine } = await createLocalTrainer({ model, engine: settings.engine });
  using trainer = local;
  const experimentName = prepared.givenName ?? dataset.name;
  const facts = { settings, training, dataset, engine: engine.name, numSteps: numEpochs };
  const create = () =>
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
      callbacks: outputs.callbacks,
      ...(settings.earlyStopping && { best: bestBy(settings.earlyStopping) }),
      ...(checkpoints && { config: settingsInCommon(facts) }),
      ...(checkpoints?.resume && { resume: checkpoints.resume }),
      about: {
        backend: `${trainer.engine}: ${engine.reason}`,
        dataset: dataset.title,
        model: definition.name,
      },
    });
  const run = asUsage(() => asGoingOnFrom(checkpoints, create));
  const trained = { model, dataset, modelName: definition.name, unit: "epoch" as const };
  const sinks = { ...prepared, experimentName, values, surroundings, outputs, trained, numSteps: numEpochs };
  return await playRun(run, sinks);
}
