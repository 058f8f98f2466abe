import type { RunConfig, TrainingEvent } from "@fedloom/protocol";
import {
  type Checkpoint,
  type ClientStates,
  type Engine,
  earlyStopping,
  learningRateSchedule,
  type RunSettings,
  type TrainerCallback,
} from "@fedloom/trainer-core";
import { earlyStoppingOf, scheduleOf } from "../config/training-of.js";
import { openCentralizedRun } from "./open-centralized-run.js";
import { openFederatedRun } from "./open-federated-run.js";
import { engineOf } from "./run-facts.js";

export interface OpenRunOptions {
  readonly runId: string;
  readonly config: RunConfig;
  /** Which start of the run this is, from 1. */
  readonly attempt: number;
  /** Goes on from here. */
  readonly resume: Checkpoint | undefined;
  /** What acts after each step beside what the config asks for: checkpoints. */
  readonly callbacks: readonly TrainerCallback[];
  /** Where clients keep what they have between rounds. */
  readonly states: ClientStates;
}

/** A run that is ready to train. */
export interface OpenedRun extends AsyncDisposable {
  /** Everything that happens, to `training_end`; training goes on as they are read. */
  readonly events: AsyncIterable<TrainingEvent>;
  readonly engine: Engine;
  stop(reason: string): void;
}

/**
 * Makes a run ready to train as its config says: data, model, engine, and for a federated run its clients.
 * @throws ServerError, TrainerError or StrategyError that says what cannot work; TrainerError `invalid_checkpoint` if
 * `resume` is of a run with other data, or of another version.
 */
export function openRun(options: OpenRunOptions): Promise<OpenedRun> {
  const { engine } = options.config;
  // What was chosen by trying must not be chosen otherwise the next time.
  const chosen = engine === "auto" ? ((engineOf(options.resume) ?? engine) as typeof engine) : engine;
  const whole = { ...options, config: { ...options.config, engine: chosen } };
  return options.config.mode === "centralized" ? openCentralizedRun(whole) : openFederatedRun(whole);
}

/** What both kinds of runs are given. */
export function settingsInCommon({
  runId,
  config,
  attempt,
  resume,
  callbacks,
}: OpenRunOptions): Pick<
  RunSettings,
  "runId" | "experimentName" | "seed" | "attempt" | "resume" | "callbacks" | "best"
> {
  const stopping = earlyStoppingOf(config);
  const schedule = scheduleOf(config);
  return {
    runId,
    experimentName: config.experimentName,
    seed: config.seed,
    attempt,
    ...(resume && { resume }),
    callbacks: [
      ...(schedule ? [learningRateSchedule(schedule)] : []),
      ...(stopping ? [earlyStopping(stopping)] : []),
      ...callbacks,
    ] as TrainerCallback[],
    // The best step is the one that is restored.
    ...(stopping && { best: { metric: stopping.metric, mode: stopping.mode } }),
  };
}

/** The engine in a line that fits a page: its name, and the first of the reasons for it. */
export function describeEngine({ name, reason }: Engine): string {
  const [first = ""] = reason.split(/[;:(]/, 1);
  const short = first.trim();
  return short === "" || short.length > 80 ? name : `${name} (${short})`;
}
