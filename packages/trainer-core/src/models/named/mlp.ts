import type { ModelDefinition } from "../model.js";
import { flattened, specFor } from "../spec-for.js";

/** One hidden layer of 128 units. */
export const mlp: ModelDefinition = {
  name: "mlp",
  title: "MLP with one hidden layer of 128 units",
  build: (input) =>
    specFor("mlp", input, [
      ...flattened(input),
      { type: "dense", name: "hidden", units: 128, activation: "relu", initializer: "heUniform" },
      { type: "dense", name: "logits", units: input.numOutputs },
    ]),
  recommended: { localEpochs: 1, batchSize: 32, learningRate: 0.1, optimizer: { name: "sgd" } },
};
