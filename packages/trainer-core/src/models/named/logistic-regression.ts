import type { ModelDefinition } from "../model.js";
import { flattened, specFor } from "../spec-for.js";

/** One dense layer from all values of a sample to the outputs: convex, so that every start leads to the same weights. */
export const logisticRegression: ModelDefinition = {
  name: "logistic-regression",
  title: "logistic regression",
  build: (input) =>
    specFor("logistic-regression", input, [
      ...flattened(input),
      { type: "dense", name: "logits", units: input.numOutputs, initializer: "zeros" },
    ]),
  recommended: { localEpochs: 1, batchSize: 32, learningRate: 0.1, optimizer: { name: "sgd" } },
};
