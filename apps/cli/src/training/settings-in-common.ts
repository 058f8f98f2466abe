import type { Dataset, LocalTraining } from "@fedloom/trainer-core";
import { fingerprint } from "@fedloom/trainer-core/node";
import type { SimulationSettings } from "./simulation-settings.js";
import type { TrainingSettings } from "./training-settings.js";

/** What a run that goes on must share with the one before, beside what the trainer itself compares. */
export interface RunFacts {
  readonly settings: TrainingSettings;
  readonly training: LocalTraining;
  /** Of the engine at work. */
  readonly engine: string;
  readonly dataset: Dataset;
  readonly shares?: readonly Uint32Array[];
  /** Rounds or epochs. */
  readonly numSteps: number;
  readonly simulation?: SimulationSettings;
}

/** By the flags that set them, so that a message names the flag. */
export function settingsInCommon(facts: RunFacts): Record<string, string | number | boolean> {
  const { settings, training, engine, dataset, shares = [], numSteps, simulation } = facts;
  const { earlyStopping: stopping, schedule } = settings;
  const followsLength = schedule?.kind === "cosine" && schedule.steps === undefined;
  const common = {
    "--optimizer": JSON.stringify(training.optimizer),
    "--augment": training.augment && JSON.stringify(training.augment),
    "--engine": engine,
    "--learning-rate-schedule": schedule && JSON.stringify(schedule),
    ...(followsLength && { [simulation ? "--rounds" : "--epochs"]: numSteps }),
    "--patience": stopping?.patience,
    "--metric": stopping?.metric,
    "--min-delta": stopping?.minDelta,
    "--restore-best": stopping?.restoreBest,
    ...(simulation && ofSimulation(simulation)),
    "--data": `${dataset.train.numSamples} samples, sha256 ${fingerprint(dataset, shares)}`,
  };
  const known = Object.entries(common).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, string | number | boolean>;
}

function ofSimulation({ partition, strategyOptions, holdout, deadlineMs }: SimulationSettings) {
  const {
    kind,
    numClients,
    seed: _,
    groups: __,
    ...options
  } = { groups: undefined, ...partition } as Record<string, unknown>;
  const flags = Object.entries(options).map(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value as number,
  ]);
  return {
    "--partition": kind as string,
    "--clients": numClients as number,
    ...(Object.fromEntries(flags) as Record<string, number>),
    "--strategy-options": strategyOptions,
    "--holdout": holdout,
    "--deadline-ms": deadlineMs,
  };
}
