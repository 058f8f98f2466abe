import type { ModelDefinition } from "../model.js";
import type { LayerSpec } from "../model-spec.js";
import { flattened, specFor } from "../spec-for.js";

const hidden = (place: number): LayerSpec => ({
  type: "dense",
  name: `hidden${place}`,
  units: 200,
  activation: "relu",
  initializer: "heUniform",
});

/**
 * The "2NN" of McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017,
 * section 3: two hidden layers of 200 units; 199,210 weights on MNIST.
 */
export const mnist2nn: ModelDefinition = {
  name: "mnist-2nn",
  title: "MLP with two hidden layers of 200 units (McMahan et al. 2017)",
  build: (input) =>
    specFor("mnist-2nn", input, [
      ...flattened(input),
      hidden(1),
      hidden(2),
      { type: "dense", name: "logits", units: input.numOutputs },
    ]),
  recommended: { localEpochs: 1, batchSize: 32, learningRate: 0.2, optimizer: { name: "sgd" } },
};
