import { join } from "node:path";
import {
  checkpointing,
  type Dataset,
  earlyStopping,
  learningRateSchedule,
  type ModelSpec,
  type Trainer,
  type TrainerCallback,
} from "@fedloom/trainer-core";
import { CliError } from "../errors.js";
import { EXPORTED_FILES, exportModel } from "./export-model.js";
import { keepBest } from "./keep-best.js";
import { makeFolder } from "./make-folder.js";
import { openRunCheckpoints, type RunCheckpoints, refuseEarlier } from "./run-checkpoints.js";
import type { TrainingSettings } from "./training-settings.js";

/** What is trained, for those who get the model. */
export interface TrainedModel {
  readonly model: ModelSpec;
  readonly dataset: Dataset;
  readonly modelName: string;
  readonly unit: "round" | "epoch";
}

/** How far a run has come, and how. */
export interface RunEnd {
  readonly runId: string;
  readonly step: number;
  readonly status: string;
}

/** What a run leaves behind beside its events. */
export interface RunOutputs {
  readonly checkpoints: RunCheckpoints | undefined;
  /** In the order in which they act. */
  readonly callbacks: readonly TrainerCallback[];
  /** A word on where a run goes on; undefined for a new one. */
  goesOn(unit: TrainedModel["unit"], numSteps: number): string | undefined;
  /** Writes the model, if that was asked for; answers where it is. */
  export(trainer: Pick<Trainer, "weights">, trained: TrainedModel, end: RunEnd): string | undefined;
}

/** Opens checkpoints and export before anything is trained: what cannot be written later is refused now. */
export async function openRunOutputs(settings: TrainingSettings): Promise<RunOutputs> {
  const { exported, overwrite, earlyStopping: stopping, schedule } = settings;
  const checkpoints = await openRunCheckpoints(settings);
  const resume = checkpoints?.resume;
  if (exported) {
    if (!overwrite && !resume) refuseEarlier(EXPORTED_FILES.map((name) => join(exported.folder, name)));
    makeFolder(exported.folder);
  }
  const before = exported?.best ? await checkpoints?.loadBest() : undefined;
  const keeper = keepBest(before?.step === resume?.progress.best?.step ? before : undefined);
  return {
    checkpoints,
    callbacks: [
      ...(exported?.best ? [keeper.callback] : []),
      ...(schedule ? [learningRateSchedule(schedule)] : []),
      ...(stopping ? [earlyStopping(stopping)] : []),
      ...(checkpoints && settings.checkpoints
        ? [checkpointing({ store: checkpoints.store, every: settings.checkpoints.every })]
        : []),
    ] as TrainerCallback[],
    goesOn(unit, numSteps) {
      if (!resume) return undefined;
      const { step, progress } = resume;
      const isDone = progress.isOver
        ? "the run had stopped early"
        : step >= numSteps
          ? "the run was complete"
          : "";
      return isDone
        ? `${isDone} after ${unit} ${step}: nothing is left to train`
        : `going on after ${unit} ${step}`;
    },
    export(trainer, { model, dataset, modelName, unit }, { runId, step, status }) {
      if (!exported) return undefined;
      const last = step > 0 ? { step, weights: trainer.weights } : undefined;
      const chosen = exported.best ? keeper.best() : last;
      if (!chosen) {
        const nothing = exported.best ? `no best ${unit} is known` : `no ${unit} was completed`;
        throw new CliError("nothing_found", `${exported.folder}: expected weights to export, but ${nothing}`);
      }
      const about = { run_id: runId, status, model: modelName, [unit]: String(chosen.step) };
      exportModel({ folder: exported.folder, model, dataset, weights: chosen.weights, about });
      return exported.folder;
    },
  };
}
