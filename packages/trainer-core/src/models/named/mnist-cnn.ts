import type { ModelDefinition } from "../model.js";
import type { LayerSpec } from "../model-spec.js";
import { requireImage, specFor } from "../spec-for.js";

const conv = (place: number, filters: number): LayerSpec => ({
  type: "conv2d",
  name: `conv${place}`,
  filters,
  kernelSize: 5,
  padding: "same",
  activation: "relu",
  initializer: "heUniform",
});

/**
 * The CNN of McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017,
 * section 3: 5x5 convolutions of 32 and 64 channels, each pooled 2x2, and 512 dense units; 1,663,370 weights on MNIST.
 */
export const mnistCnn: ModelDefinition = {
  name: "mnist-cnn",
  title: "CNN with two 5x5 convolutions (McMahan et al. 2017)",
  build(input) {
    requireImage("mnist-cnn", input.sampleShape, 4);
    return specFor("mnist-cnn", input, [
      conv(1, 32),
      { type: "maxPooling2d" },
      conv(2, 64),
      { type: "maxPooling2d" },
      { type: "flatten" },
      { type: "dense", name: "hidden", units: 512, activation: "relu", initializer: "heUniform" },
      { type: "dense", name: "logits", units: input.numOutputs },
    ]);
  },
  recommended: { localEpochs: 1, batchSize: 32, learningRate: 0.05, optimizer: { name: "sgd" } },
};
