import {
  createFederatedTrainer,
  dealOut,
  evaluateWith,
  initialWeights,
  keepHoldouts,
  learningRateFor,
  modelFor,
  numReportedClasses,
  resolveModel,
} from "@fedloom/trainer-core";
import type { FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { asUsage } from "./as-usage.js";
import { localTrainingOf } from "./local-training.js";
import { openPool } from "./open-pool.js";
import { playRun } from "./play-run.js";
import { prepareRun } from "./prepare-run.js";
import { asGoingOnFrom } from "./run-checkpoints.js";
import { openRunOutputs } from "./run-outputs.js";
import { settingsInCommon } from "./settings-in-common.js";
import { showPartition } from "./show-partition.js";
import { simulationSettingsOf } from "./simulation-settings.js";
import { terminalWidth } from "./terminal-width.js";
import { bestBy } from "./training-settings.js";

/** Trains federated as the flags say, and answers the exit code. */
export async function runSimulation(values: FlagValues, surroundings: Surroundings): Promise<number> {
  const prepared = prepareRun(values, surroundings);
  const { settings, resolve } = prepared;
  const { seed, engine } = settings;
  const simulation = simulationSettingsOf(values, { seed, resolve });
  const outputs = await openRunOutputs(settings);
  const { checkpoints } = outputs;
  const { every = 1 } = settings.checkpoints ?? {};
  const keepsStates = simulation.strategy.id === "scaffold";
  if (keepsStates) checkpoints?.requireStates();
  if (keepsStates && every > 1) {
    const expected = "1 with --strategy scaffold, whose clients keep their states of two rounds";
    throw new CliError("usage", `--checkpoint-every: expected ${expected}, received ${every}`);
  }
  const opened = await prepared.openData();
  const { dataset, shares } = asUsage(() => dealOut(opened, simulation.partition));
  if ((simulation.quorum ?? 1) > shares.length) {
    const expected = `at most ${shares.length}, the number of clients`;
    throw new CliError("usage", `--quorum: expected ${expected}, received ${simulation.quorum}`);
  }
  if (simulation.showsPartition) {
    const { print, note, environment } = surroundings;
    showPartition(opened.train, shares, {
      classNames: opened.classNames,
      width: terminalWidth(environment),
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
  const holdout = keepHoldouts(shares, { share: simulation.holdout, seed });
  const clients = { data: dataset, ...holdout };
  const { numWorkers, quorum, deadlineMs } = simulation;
  const states = checkpoints?.states;
  await using open = await openPool({ clients, states, model, training, engine, numWorkers });
  const { pool, task, backend } = open;
  const numClasses = numReportedClasses(dataset);
  const experimentName = prepared.givenName ?? dataset.name;
  const { numRounds } = simulation;
  const facts = { settings, training, dataset, shares, simulation, engine: open.engine, numSteps: numRounds };
  const create = () =>
    createFederatedTrainer({
      runId: prepared.runId,
      experimentName,
      pool,
      strategy: simulation.strategy,
      numRounds,
      ...(quorum !== undefined && { quorum }),
      ...(deadlineMs !== undefined && { deadlineMs }),
      train: {
        epochs: simulation.localEpochs ?? recommended.localEpochs,
        batchSize: settings.batchSize ?? recommended.batchSize,
        learningRate: settings.learningRate ?? learningRateFor(recommended, simulation.strategy),
      },
      seed,
      initialWeights: initialWeights(resolveModel(model), seed),
      evaluate: evaluateWith(pool.predict, dataset, task),
      ...(simulation.holdout > 0 && { clientEvaluation: { numClasses } }),
      callbacks: outputs.callbacks,
      ...(settings.earlyStopping && { best: bestBy(settings.earlyStopping) }),
      ...(checkpoints && { config: settingsInCommon(facts) }),
      ...(checkpoints?.resume && { resume: checkpoints.resume }),
      about: {
        backend,
        dataset: dataset.title,
        model: definition.name,
        classNames: dataset.classNames,
      },
    });
  const trainer = asUsage(() => asGoingOnFrom(checkpoints, create));
  const trained = { model, dataset, modelName: definition.name, unit: "round" as const };
  const sinks = { ...prepared, experimentName, values, surroundings, outputs, trained, numSteps: numRounds };
  return await playRun(trainer, sinks);
}
