import {
  createStopRule,
  type MetricMode,
  type RoundProgress,
  type StopRuleConfig,
} from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import type { StepEnd, StopRequest, TrainerCallback } from "./trainer-callback.js";

export interface EarlyStoppingOptions {
  /** Such as `val_loss` or `pooled_val_auroc`. */
  readonly metric: string;
  /** Whether small or large values are good. */
  readonly mode: MetricMode;
  /** Rounds or epochs in a row without an improvement after which the run ends. */
  readonly patience: number;
  /** An improvement is one by more than this; default 0. */
  readonly minDelta?: number;
  /** Ends with the weights of the best round or epoch, whether early or not; default false. */
  readonly restoreBest?: boolean;
}

/** What a stop rule and its callback remember. */
export interface StopWhenState {
  readonly rule: unknown;
  /** Of the best step; null unless they are to be restored. */
  readonly best: Float32Array | null;
}

/**
 * Ends a run once a metric has not improved for a number of rounds or epochs: the stop rule `patience`.
 * @throws TrainerError or StrategyError `invalid_option` that names the field.
 */
export function earlyStopping(options: EarlyStoppingOptions): TrainerCallback<StopWhenState> {
  const { patience: rounds, ...rest } = options;
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new TrainerError("invalid_option", `patience: expected an integer >= 1, got ${rounds}`);
  }
  return stopWhen({ kind: "patience", rounds, ...rest }, "early-stopping");
}

/**
 * Ends a run by one of the stop rules of fl-strategy: `patience`, `targetReached`, `maxRounds` (which counts epochs
 * too), `maxDuration`, `maxBytes`, `maxEpsilon`. A run with two of one kind has to give one of them another name.
 * @throws StrategyError `invalid_option` that names the field.
 */
export function stopWhen(config: StopRuleConfig, name?: string): TrainerCallback<StopWhenState> {
  const rule = createStopRule(config);
  const restoreBest = config.kind === "patience" && config.restoreBest === true;
  const decide = (end: StepEnd, state: unknown) => {
    try {
      return rule.decide(progressOf(end), state);
    } catch (error) {
      if (end.unit === "epoch" && error instanceof Error) error.message = inEpochs(error.message);
      throw error;
    }
  };
  return {
    name: name ?? `stop-when-${rule.name}`,
    init: () => ({ rule: rule.init(), best: null }),
    afterStep(end, before) {
      const decided = decide(end, before.rule);
      const isBest = restoreBest && bestRoundOf(decided.state) === end.step;
      return {
        state: { rule: decided.state, best: isBest ? end.weights : before.best },
        ...(decided.decision !== "continue" && { stop: stopOf(config, end, decided) }),
      };
    },
    beforeEnd: (end, { rule, best }) => (best && bestRoundOf(rule) !== end.step ? best : undefined),
  };
}

/** A rule counts rounds; an epoch is as good. */
function progressOf({ step, metrics, elapsedMs, bytes, epsilon, nextEpsilon }: StepEnd): RoundProgress {
  return {
    round: step,
    metrics,
    elapsedMs,
    bytes,
    ...(epsilon !== undefined && { epsilon }),
    ...(nextEpsilon !== undefined && { nextEpsilon }),
  };
}

function bestRoundOf(state: unknown): number | null {
  return (state as { bestRound: number | null }).bestRound;
}

function stopOf(
  config: StopRuleConfig,
  end: StepEnd,
  { reason, state }: { readonly reason: string; readonly state: unknown },
): StopRequest {
  return {
    reason: end.unit === "epoch" ? inEpochs(reason) : reason,
    metric: measureOf(config, end, state),
    ...(config.kind === "patience" && { patience: config.rounds }),
  };
}

/** The rules speak of rounds. */
function inEpochs(reason: string): string {
  return reason.replaceAll(/\bround(s?)\b/g, "epoch$1");
}

/** What the rule looked at, and its value: of `patience` the best, of the others the last. */
function measureOf(
  config: StopRuleConfig,
  end: StepEnd,
  state: unknown,
): { readonly name: string; readonly value: number } {
  switch (config.kind) {
    case "patience": {
      const { best } = state as { best: number | null };
      return { name: config.metric, value: best ?? Number.NaN };
    }
    case "targetReached":
      return { name: config.metric, value: end.metrics[config.metric] ?? Number.NaN };
    case "maxRounds":
      return { name: end.unit, value: end.step };
    case "maxDuration":
      return { name: "elapsed_ms", value: end.elapsedMs };
    case "maxBytes":
      return { name: "bytes", value: end.bytes };
    case "maxEpsilon": {
      const { epsilon } = end;
      return { name: "privacy/epsilon", value: typeof epsilon === "number" ? epsilon : Number.NaN };
    }
  }
}
