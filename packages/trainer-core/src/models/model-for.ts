import type { Dataset } from "../data/dataset.js";
import type { ModelDefinition } from "./model.js";
import type { Loss, ModelSpec } from "./model-spec.js";
import { findModel } from "./registry.js";

const losses: Readonly<Record<NonNullable<Dataset["task"]>, Loss>> = {
  classification: "softmaxCrossEntropy",
  "multi-label": "sigmoidCrossEntropy",
  regression: "meanSquaredError",
};

/**
 * A named model made for a data set: its sample shape, its classes or targets, and the loss that goes with its task.
 * Without a name `pneumonia-cnn` for images and `tabular` for rows.
 * @throws TrainerError `model_unknown`, or `invalid_model` if the model cannot take such samples.
 */
export function modelFor(
  { sampleShape, classNames, task = "classification", train }: Dataset,
  name?: string,
): { readonly definition: ModelDefinition; readonly model: ModelSpec } {
  const definition = findModel(name ?? (sampleShape.length === 3 ? "pneumonia-cnn" : "tabular"));
  const numTargets = (train.targets?.length ?? 0) / train.numSamples;
  const numOutputs = task === "classification" ? classNames.length : numTargets;
  return { definition, model: definition.build({ sampleShape, numOutputs, loss: losses[task] }) };
}
