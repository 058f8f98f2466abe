import { TrainerError } from "../errors.js";
import type { ModelDefinition } from "./model.js";
import { pneumoniaCnn } from "./pneumonia-cnn.js";

const models: ReadonlyMap<string, ModelDefinition> = new Map(
  [pneumoniaCnn].map((model) => [model.name, model]),
);

/** Every model's name, in the order in which to offer them. */
export const modelNames: readonly string[] = [...models.keys()];

/**
 * Finds a model by name.
 * @throws TrainerError `model_unknown`, which lists the known ones.
 */
export function findModel(name: string): ModelDefinition {
  const model = models.get(name);
  if (model) return model;
  throw new TrainerError(
    "model_unknown",
    `model: expected one of ${modelNames.join(", ")}, got ${JSON.stringify(name)}`,
  );
}
