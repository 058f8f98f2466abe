import type { RunConfig } from "@fedloom/protocol";
import {
  createFederatedTrainer,
  evaluateWith,
  initialWeights,
  keepHoldouts,
  learningRateFor,
  numReportedClasses,
  type RecommendedSettings,
  resolveModel,
} from "@fedloom/trainer-core";
import { createWorkerPool } from "@fedloom/trainer-core/node";
import { hooksOf, privacyOf } from "../config/hooks-of.js";
import { refuseField, refusingAs } from "../config/refusal.js";
import { strategyOf } from "../config/strategy-of.js";
import { localTrainingOf } from "../config/training-of.js";
import { dealSamples } from "./deal-samples.js";
import { openData } from "./open-data.js";
import { describeEngine, type OpenedRun, type OpenRunOptions, settingsInCommon } from "./open-run.js";
import { describeFacts } from "./run-facts.js";

/** Makes a simulated federation ready to train: one share per client, and a worker thread for each core. */
export async function openFederatedRun(options: OpenRunOptions): Promise<OpenedRun> {
  const { config, states } = options;
  const { seed, holdout: share, quorum, deadlineMs } = config;
  const strategy = strategyOf(config);
  const hooks = hooksOf(config, strategy);
  const privacy = privacyOf(config);
  const { dataset: opened, definition, model } = await openData(config);
  const { recommended } = definition;
  const training = localTrainingOf(config, recommended, opened.sampleShape);
  const { dataset, shares } = dealSamples(opened, config);
  if ((quorum ?? 1) > shares.length) {
    refuseField("quorum", `at most ${shares.length}, the number of clients`, quorum);
  }
  const clients = { data: dataset, ...keepHoldouts(shares, { share, seed }) };
  const pool = await createWorkerPool({ ...clients, model, engine: config.engine, training, states });
  try {
    const trainer = refusingAs("hooks", () =>
      createFederatedTrainer({
        ...settingsInCommon(options),
        pool,
        strategy,
        hooks,
        numRounds: config.numRounds,
        ...(quorum !== undefined && { quorum }),
        ...(deadlineMs !== undefined && { deadlineMs }),
        ...(privacy && { privacy }),
        train: trainConfigOf(config, recommended, learningRateFor(recommended, strategy)),
        initialWeights: initialWeights(resolveModel(model), seed),
        evaluate: evaluateWith(pool.predict, dataset, pool),
        ...(share > 0 && { clientEvaluation: { numClasses: numReportedClasses(dataset) } }),
        config: describeFacts({ engine: pool.engine, model, dataset, shares }),
        about: {
          backend: describeEngine(pool.engine),
          dataset: dataset.title,
          model: definition.name,
          classNames: dataset.classNames,
        },
      }),
    );
    return {
      events: trainer.run(),
      engine: pool.engine,
      stop: trainer.stop,
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    };
  } catch (error) {
    await pool[Symbol.asyncDispose]();
    throw error;
  }
}

function trainConfigOf(
  { localEpochs, batchSize, learningRate }: RunConfig,
  recommended: RecommendedSettings,
  usualRate: number,
) {
  return {
    epochs: localEpochs ?? recommended.localEpochs,
    batchSize: batchSize ?? recommended.batchSize,
    learningRate: learningRate ?? usualRate,
  };
}
