import {
  type Checkpoint,
  createLocalTrainer,
  decodeCheckpoint,
  type EngineName,
  resolveModel,
} from "@fedloom/trainer-core";
import type { ClassActivation } from "@fedloom/trainer-core/tfjs";
import { ServerError } from "../../errors.js";
import { isDamaged } from "../child/load-resume.js";
import { reasonOf } from "../child/retrying.js";
import { engineOf, factsOf } from "../child/run-facts.js";
import type { PartData } from "./open-part-data.js";
import { type PredictedPart, predictedPart } from "./predicted-part.js";

/** A run's model, and what it said of each part so far. */
export interface JudgedModel extends Disposable {
  readonly mode: Checkpoint["mode"];
  readonly step: number;
  predict(part: "val" | "test"): Promise<PredictedPart>;
  /** Opened when it is first asked for: it loads TensorFlow.js. Undefined for models that cannot show where they look. */
  activation(): Promise<ClassActivation | undefined>;
}

/**
 * Makes the model of a checkpoint ready to be asked, on the engine that it was trained with.
 * @throws ServerError `checkpoint_damaged`, `data_changed` for data that the run was not trained on, `task_unsupported`
 */
export async function openJudgedModel(checkpoint: Checkpoint, data: PartData): Promise<JudgedModel> {
  const facts = factsOf(checkpoint);
  if (!facts) throw new ServerError("checkpoint_damaged", "the checkpoint does not say what its model is");
  if (checkpoint.config.data !== data.fingerprint) {
    const message =
      "the run's data are not what they were: its samples are others than those it was trained on";
    throw new ServerError("data_changed", message);
  }
  const { mode, step, weights } = checkpoint;
  const model = resolveModel(facts.model);
  if (model.loss !== "softmaxCrossEntropy") {
    const message = "predictions are told of tasks with one class of several, which this run's is not";
    throw new ServerError("task_unsupported", message);
  }
  const engine = (engineOf(checkpoint) ?? "auto") as EngineName | "auto";
  const { trainer } = await createLocalTrainer({ model: facts.model, engine });
  const parts = new Map<string, PredictedPart>();
  let opening: Promise<ClassActivation | undefined> | undefined;
  return {
    mode,
    step,
    async predict(name) {
      const known = parts.get(name);
      if (known) return known;
      const samples = data[name];
      const outputs = samples.numSamples > 0 ? await trainer.predict(weights, samples) : new Float32Array();
      const part = predictedPart(samples, outputs, model.numOutputs);
      parts.set(name, part);
      return part;
    },
    activation() {
      opening ??= import("@fedloom/trainer-core/tfjs").then(({ openClassActivation }) =>
        openClassActivation(model, weights),
      );
      return opening;
    },
    [Symbol.dispose]() {
      trainer[Symbol.dispose]();
      void opening?.then(
        (activation) => activation?.[Symbol.dispose](),
        () => undefined,
      );
    },
  };
}

/** @throws ServerError `checkpoint_not_found`, `checkpoint_damaged` */
export async function readCheckpoint(load: () => Promise<Uint8Array | undefined>): Promise<Checkpoint> {
  try {
    const bytes = await load();
    if (bytes) return decodeCheckpoint(bytes);
  } catch (cause) {
    if (!isDamaged(cause)) throw cause;
    throw new ServerError("checkpoint_damaged", `the checkpoint cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
  throw new ServerError("checkpoint_not_found", "the run's checkpoint is gone");
}
