import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { EngineName } from "../engine/engine.js";
import { TrainerError } from "../errors.js";
import { type ResolvedModel, resolveModel } from "../models/resolve-model.js";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import { describeLayersModel } from "../tfjs/from-layers-model.js";
import { readLayersModel } from "../tfjs/layers-model-weights.js";
import type { Network } from "../tfjs/network.js";
import type { LocalTrainerOptions } from "./create-local-trainer.js";
import type { LocalTrainer } from "./local-trainer.js";

/** A model for which a trainer is wanted. */
export interface TrainerSubject {
  /** Undefined for a `LayersModel` that is not known. */
  readonly model: ResolvedModel | undefined;
  readonly inputShape: readonly number[];
  /** Why the `wasm` engine goes through TensorFlow.js; undefined where it does not. */
  readonly whyNotPlanned: string | undefined;
  /**
   * Opens a trainer on one engine.
   * @throws TrainerError `engine_unavailable` if that does not work here.
   */
  open(engine: EngineName): Promise<LocalTrainer>;
}

/** Finds out what a model is. */
export async function openSubject({ model, loss }: LocalTrainerOptions): Promise<TrainerSubject> {
  if (!isLayersModel(model)) return knownSubject(resolveModel(model));
  const described = describeLayersModel(model, loss ? { loss } : {});
  if (described.isKnown) return knownSubject(described.model, await readLayersModel(model));
  const whyNotPlanned = `through TensorFlow.js, since ${described.reason}`;
  const inputShape = (model.inputs[0]?.shape ?? []).slice(1).map((size) => size ?? 0);
  const open = async (engine: EngineName) => {
    const { openLayersNetwork } = await import("../tfjs/layers-network.js");
    return openTfjs(engine, () => openLayersNetwork(model, loss ? { loss } : {}));
  };
  return { model: undefined, inputShape, whyNotPlanned, open };
}

/** `first` are the weights to begin with, where they are not to be drawn. */
function knownSubject(model: ResolvedModel, first?: Float32Array): TrainerSubject {
  const open = async (engine: EngineName) => {
    const trainer = engine === "wasm" ? openPlan(model) : await openResolved(engine, model);
    return first ? { ...trainer, initialWeights: () => first.slice() } : trainer;
  };
  return { model, inputShape: model.inputShape, whyNotPlanned: undefined, open };
}

function openPlan(model: ResolvedModel): LocalTrainer {
  try {
    return createPlanTrainer(model);
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new TrainerError(
      "engine_unavailable",
      `engine: expected wasm to work here, but WebAssembly with SIMD does not: ${problem}`,
      { cause },
    );
  }
}

async function openResolved(engine: EngineName, model: ResolvedModel): Promise<LocalTrainer> {
  const { openResolvedNetwork } = await import("../tfjs/resolved-network.js");
  return openTfjs(engine, () => openResolvedNetwork(model));
}

async function openTfjs(
  engine: EngineName,
  openNetwork: () => Network | Promise<Network>,
): Promise<LocalTrainer> {
  const { openBackend } = await import("../engine/open-backend.js");
  const { createTfjsTrainer } = await import("../tfjs/tfjs-trainer.js");
  const backend = await openBackend(engine);
  backend.use();
  const network = await openNetwork();
  return createTfjsTrainer({ network, backend, engine: `${engine} (TensorFlow.js)` });
}

function isLayersModel(model: object): model is LayersModel {
  return typeof (model as { apply?: unknown }).apply === "function";
}
