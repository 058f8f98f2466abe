import { createCentralizedTrainer, createLocalTrainer } from "@fedloom/trainer-core";
import { localTrainingOf } from "../config/training-of.js";
import { openData } from "./open-data.js";
import { describeEngine, type OpenedRun, type OpenRunOptions, settingsInCommon } from "./open-run.js";
import { describeFacts } from "./run-facts.js";

/** Makes one trainer ready for all samples. */
export async function openCentralizedRun(options: OpenRunOptions): Promise<OpenedRun> {
  const { config } = options;
  const { dataset, definition, model } = await openData(config);
  const { recommended } = definition;
  const training = localTrainingOf(config, recommended, dataset.sampleShape);
  const { trainer: local, engine } = await createLocalTrainer({ model, engine: config.engine });
  try {
    const trainer = createCentralizedTrainer({
      ...settingsInCommon(options),
      trainer: local,
      dataset,
      numEpochs: config.numEpochs,
      batchSize: config.batchSize ?? recommended.batchSize,
      learningRate: config.learningRate ?? recommended.learningRate,
      ...training,
      initialWeights: local.initialWeights(config.seed),
      config: describeFacts({ engine, model, dataset }),
      about: {
        backend: describeEngine(engine),
        dataset: dataset.title,
        model: definition.name,
        classNames: dataset.classNames,
      },
    });
    return {
      events: trainer.run(),
      engine,
      stop: trainer.stop,
      async [Symbol.asyncDispose]() {
        local[Symbol.dispose]();
      },
    };
  } catch (error) {
    local[Symbol.dispose]();
    throw error;
  }
}
