import type { NewModel } from "@fedloom/db";
import {
  decodeCheckpoint,
  exportLayersModel,
  exportSafetensors,
  resolveModel,
  TrainerError,
} from "@fedloom/trainer-core";
import { factsOf } from "./run-facts.js";

/**
 * Makes the files of a model from a checkpoint: a LayersModel of TensorFlow.js, and safetensors. Not for a thread that
 * has others to answer.
 * @throws TrainerError `invalid_checkpoint`
 */
export function exportModelOf(
  bytes: Uint8Array,
  { runId, kind }: Pick<NewModel, "runId" | "kind">,
): NewModel {
  const checkpoint = decodeCheckpoint(bytes, `${kind} of run ${runId}`);
  const facts = factsOf(checkpoint);
  if (!facts) {
    const message = `checkpoint: expected one with its model's form, got one of ${checkpoint.mode} training without`;
    throw new TrainerError("invalid_checkpoint", message);
  }
  const { mode, step, weights } = checkpoint;
  const { model, modelName, dataset, classNames } = facts;
  const { modelJson, weightsBin } = exportLayersModel(model, weights);
  const about = {
    run_id: runId,
    model: modelName,
    dataset,
    class_names: classNames,
    [mode === "federated" ? "round" : "epoch"]: String(step),
  };
  return {
    runId,
    kind,
    step,
    name: modelName,
    layersModel: modelJson as unknown as Record<string, unknown>,
    layersWeights: weightsBin,
    safetensors: exportSafetensors(resolveModel(model), weights, about),
  };
}
