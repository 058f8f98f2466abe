import {
  type AugmentOptions,
  type BestBy,
  isRunMetric,
  type LearningRateSchedule,
  learningRateSchedule,
  type OptimizerSpec,
  type RecommendedSettings,
  runMetricNames,
  usualMode,
} from "@fedloom/trainer-core";
import type { FlagValues } from "../command.js";
import { CliError } from "../errors.js";

const MAX_SEED = 0xffff_ffff;
const ENGINES = ["auto", "tfjs-node", "wasm", "cpu"] as const;

export interface TrainingSettings {
  readonly seed: number;
  readonly engine: (typeof ENGINES)[number];
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
  readonly schedule: LearningRateSchedule | undefined;
  readonly earlyStopping: EarlyStoppingSettings | undefined;
  readonly checkpoints: { folder: string; every: number; resume: boolean } | undefined;
  /** Where the model goes in the end, and whether that of the best step. */
  readonly exported: { folder: string; best: boolean } | undefined;
  /** Whether what an earlier run has left may go. */
  readonly overwrite: boolean;
}

export interface EarlyStoppingSettings {
  readonly metric: string;
  readonly mode: "min" | "max";
  readonly patience: number;
  readonly minDelta: number;
  readonly restoreBest: boolean;
}

/** What the flags say; refuses what does not go together. */
export function trainingSettingsOf(values: FlagValues, resolve: (path: string) => string): TrainingSettings {
  return {
    seed: values.number("seed", 0, MAX_SEED) ?? 1,
    engine: values.choice("engine", ENGINES) ?? "auto",
    batchSize: values.number("batch-size", 1, 4096),
    learningRate: values.decimal("learning-rate", { above: 0, max: 10 }),
    schedule: scheduleOf(values),
    earlyStopping: earlyStoppingOf(values),
    ...outputsOf(values, resolve),
  };
}

function earlyStoppingOf(values: FlagValues): EarlyStoppingSettings | undefined {
  const patience = values.number("patience", 1);
  const minDelta = values.decimal("min-delta");
  const metric = values.text("metric");
  if (patience === undefined) {
    const stray = [
      metric !== undefined && "metric",
      minDelta !== undefined && "min-delta",
      values.isOn("restore-best") && "restore-best",
    ].find((flag) => flag !== false);
    if (stray) throw new CliError("usage", `--${stray}: expected with --patience, received without`);
    return undefined;
  }
  const name = metric ?? "val_loss";
  requireMetric(name);
  return {
    metric: name,
    mode: usualMode(name),
    patience,
    minDelta: minDelta ?? 0,
    restoreBest: values.isOn("restore-best"),
  };
}

/** The best step is the one that is restored. */
export function bestBy({ metric, mode }: EarlyStoppingSettings): BestBy {
  return { metric, mode };
}

/** A name that no run has would only be found after the first round. */
function requireMetric(name: string): void {
  if (isRunMetric(name)) return;
  throw new CliError("usage", `--metric: expected ${runMetricNames}, received ${JSON.stringify(name)}`);
}

/** How the learning rate changes: a name, or all of it as JSON. */
function scheduleOf(values: FlagValues): LearningRateSchedule | undefined {
  const flag = "learning-rate-schedule";
  const text = values.text(flag);
  if (text === undefined) return undefined;
  const given = /^[a-z]+$/.test(text) ? { kind: text } : values.object(flag);
  const schedule = given as unknown as LearningRateSchedule;
  try {
    learningRateSchedule(schedule);
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^[^:]*: /, "").replace(/, got /, ", received ");
    throw new CliError("usage", `--${flag}: ${reason}`, { cause });
  }
  return schedule;
}

/** What the run leaves behind, and whether in the place of what is there. */
function outputsOf(
  values: FlagValues,
  resolve: (path: string) => string,
): Pick<TrainingSettings, "checkpoints" | "exported" | "overwrite"> {
  const [folder, exported] = [values.text("checkpoints"), values.text("export")];
  const every = values.number("checkpoint-every", 1);
  const [resume, overwrite, best] = [
    values.isOn("resume"),
    values.isOn("overwrite"),
    values.isOn("export-best"),
  ];
  const expectWith = (flag: string, isOn: boolean, other: string, isThere: boolean) => {
    if (isOn && !isThere) throw new CliError("usage", `--${flag}: expected with ${other}, received without`);
  };
  expectWith("resume", resume, "--checkpoints", folder !== undefined);
  expectWith("checkpoint-every", every !== undefined, "--checkpoints", folder !== undefined);
  expectWith("export-best", best, "--export", exported !== undefined);
  expectWith("overwrite", overwrite, "--checkpoints or --export", (folder ?? exported) !== undefined);
  if (resume && overwrite) {
    throw new CliError("usage", "--overwrite: expected without --resume, received with it");
  }
  return {
    checkpoints: folder === undefined ? undefined : { folder: resolve(folder), every: every ?? 1, resume },
    exported: exported === undefined ? undefined : { folder: resolve(exported), best },
    overwrite,
  };
}

/** The optimizer that the flags ask for, else the model's own. */
export function optimizerOf(
  values: FlagValues,
  recommended: RecommendedSettings["optimizer"],
): OptimizerSpec {
  const momentum = values.decimal("momentum", { max: 1 });
  const weightDecay = values.decimal("weight-decay");
  const name = values.choice("optimizer", ["sgd", "adam"]) ?? recommended.name;
  if (momentum !== undefined && name !== "sgd") {
    throw new CliError("usage", `--momentum: expected with --optimizer sgd, received with ${name}`);
  }
  const base = name === recommended.name ? recommended : { name };
  return {
    ...base,
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
  } as OptimizerSpec;
}

const AUGMENTATIONS: Readonly<Record<keyof AugmentOptions, "number" | "boolean">> = {
  maxShift: "number",
  flipHorizontal: "boolean",
  maxBrightness: "number",
  maxContrast: "number",
};

/** How images are varied: as the flag says, else as the model recommends. */
export function augmentOf(
  values: FlagValues,
  recommended: AugmentOptions | undefined,
): AugmentOptions | undefined {
  const given = values.object("augment");
  if (given === undefined) return recommended;
  for (const [name, value] of Object.entries(given)) {
    const type = Object.hasOwn(AUGMENTATIONS, name) ? AUGMENTATIONS[name as keyof AugmentOptions] : undefined;
    if (type === undefined || typeof value !== type) {
      const expected = type === undefined ? `one of ${Object.keys(AUGMENTATIONS).join(", ")}` : `a ${type}`;
      const received = JSON.stringify(type === undefined ? name : value);
      throw new CliError(
        "usage",
        `--augment${type ? ` ${name}` : ""}: expected ${expected}, received ${received}`,
      );
    }
  }
  return given;
}
