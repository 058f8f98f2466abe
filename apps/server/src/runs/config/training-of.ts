import type { RunConfig } from "@fedloom/protocol";
import {
  type AugmentOptions,
  type EarlyStoppingOptions,
  isRunMetric,
  type LearningRateSchedule,
  type LocalTraining,
  learningRateSchedule,
  type OptimizerSpec,
  type RecommendedSettings,
  requireAugmentOptions,
  requireOptimizer,
  runMetricNames,
  usualMode,
} from "@fedloom/trainer-core";
import { refuseField, refusingAs } from "./refusal.js";

/**
 * When a config has a run end before its time; undefined for never.
 * @throws ServerError `config_invalid` for a metric that no such run has.
 */
export function earlyStoppingOf({
  earlyStopping,
  mode: kind,
  holdout,
}: Pick<RunConfig, "earlyStopping" | "mode" | "holdout">): EarlyStoppingOptions | undefined {
  if (!earlyStopping) return undefined;
  const { metric, mode = usualMode(metric) } = earlyStopping;
  const field = "early_stopping.metric";
  if (!isRunMetric(metric)) refuseField(field, runMetricNames, metric);
  if (metric.startsWith("pooled_")) {
    if (kind === "centralized") refuseField(field, "one of train_ or val_ in a centralized run", metric);
    if (holdout === 0) refuseField(field, "a holdout beside a metric of the clients' own evaluation", metric);
  }
  return { ...earlyStopping, mode };
}

/**
 * How a config has the learning rate change; undefined for not at all.
 * @throws ServerError `config_invalid`
 */
export function scheduleOf({
  learningRateSchedule: given,
}: Pick<RunConfig, "learningRateSchedule">): LearningRateSchedule | undefined {
  if (!given) return undefined;
  const schedule = given as unknown as LearningRateSchedule;
  refusingAs("learning_rate_schedule", () => learningRateSchedule(schedule));
  return schedule;
}

/**
 * How a config has samples trained on; what it does not say is as the model recommends.
 * @throws ServerError `config_invalid`
 */
export function localTrainingOf(
  { optimizer, augment }: Pick<RunConfig, "optimizer" | "augment">,
  recommended: RecommendedSettings,
  sampleShape: readonly number[],
): LocalTraining {
  const { balancedSoftmax } = recommended;
  const varied = (augment as AugmentOptions | undefined) ?? recommended.augment;
  if (varied) refusingAs("augment", () => requireAugmentOptions(varied, sampleShape));
  return {
    optimizer: optimizerOf(optimizer, recommended.optimizer),
    ...(varied && { augment: varied }),
    ...(balancedSoftmax !== undefined && { balancedSoftmax }),
  };
}

/** Of another kind than the recommended one, only what is given. */
function optimizerOf(given: RunConfig["optimizer"], recommended: OptimizerSpec): OptimizerSpec {
  if (!given) return recommended;
  const base = given.name === recommended.name ? recommended : {};
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const optimizer = { ...base, ...known } as OptimizerSpec;
  refusingAs("optimizer", () => requireOptimizer(optimizer));
  return optimizer;
}
