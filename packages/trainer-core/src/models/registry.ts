import { TrainerError } from "../errors.js";
import type { ModelDefinition } from "./model.js";
import { logisticRegression } from "./named/logistic-regression.js";
import { mlp } from "./named/mlp.js";
import { mnist2nn } from "./named/mnist-2nn.js";
import { mnistCnn } from "./named/mnist-cnn.js";
import { pneumoniaCnn } from "./named/pneumonia-cnn.js";
import { smallResnet } from "./named/small-resnet.js";
import { tabular } from "./named/tabular.js";

const models: ReadonlyMap<string, ModelDefinition> = new Map(
  [pneumoniaCnn, logisticRegression, mlp, mnist2nn, mnistCnn, smallResnet, tabular].map((model) => [
    model.name,
    model,
  ]),
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
