import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type Engine, type EngineName, engineNames } from "../engine/engine.js";
import { TrainerError } from "../errors.js";
import type { Loss, ModelSpec } from "../models/model-spec.js";
import { losses } from "../models/require-field.js";
import { chooseEngine } from "./choose-engine.js";
import type { LocalTrainer } from "./local-trainer.js";
import { openSubject } from "./trainer-subject.js";

export interface LocalTrainerOptions {
  /** A model in words, or any TensorFlow.js model of one input and one row of outputs. */
  readonly model: ModelSpec | LayersModel;
  /** `auto`, the default, takes the fastest that works here. */
  readonly engine?: EngineName | "auto";
  /**
   * What training makes small, for a `LayersModel`; default what its last activation or its compilation says, and softmax
   * cross entropy of its outputs where neither says anything.
   */
  readonly loss?: Loss;
}

/** A trainer, what it computes with, and why. */
export interface CreatedTrainer {
  readonly trainer: LocalTrainer;
  readonly engine: Engine;
}

/**
 * Makes a model ready to train on any client's samples.
 *
 * A model that is known is compiled to a plan on the `wasm` engine; TensorFlow.js is loaded only for what is not, and for
 * other engines. With `auto`, a large model is tried for a fraction of a second on every engine that may be faster. First
 * weights of a `LayersModel` are those that it has, whatever the seed.
 * @throws TrainerError `engine_unavailable` if the engine that was asked for, or every one, does not work here;
 * `invalid_model` for a model that is not possible.
 */
export async function createLocalTrainer(options: LocalTrainerOptions): Promise<CreatedTrainer> {
  const { engine = "auto" } = options;
  if (engine !== "auto" && !engineNames.includes(engine)) {
    throw new TrainerError(
      "invalid_option",
      `engine: expected auto or one of ${engineNames.join(", ")}, got ${JSON.stringify(engine)}`,
    );
  }
  requireModel(options);
  const subject = await openSubject(options);
  if (engine === "auto") return chooseEngine(subject);
  const trainer = await subject.open(engine);
  const why = engine === "wasm" ? subject.whyNotPlanned : undefined;
  return { trainer, engine: { name: engine, reason: ["asked for", why].filter(Boolean).join("; ") } };
}

function requireModel({ model, loss }: LocalTrainerOptions): void {
  if (typeof model !== "object" || model === null) {
    throw new TrainerError(
      "invalid_model",
      `model: expected a ModelSpec or a LayersModel, got ${JSON.stringify(model)}`,
    );
  }
  if (loss === undefined) return;
  if (!losses.includes(loss)) {
    throw new TrainerError(
      "invalid_option",
      `loss: expected one of ${losses.join(", ")}, got ${JSON.stringify(loss)}`,
    );
  }
  if ("apply" in model || loss === (model.loss ?? "softmaxCrossEntropy")) return;
  throw new TrainerError(
    "invalid_option",
    `loss: expected none beside a ModelSpec, which has its own, got ${loss}`,
  );
}
