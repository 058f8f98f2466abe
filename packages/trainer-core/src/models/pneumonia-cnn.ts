import { train } from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import type { ModelDefinition } from "./model.js";

/**
 * A small convolutional network for chest X-rays of 28x28 pixels and images like them: three convolutions, of which
 * two are pooled, the mean of each feature map, and one dense layer; 13,250 weights for one channel and two classes.
 *
 * The mean over the whole image makes it look for texture anywhere rather than at places, which carries over better
 * to the test images of PneumoniaMNIST than a flattened last layer does.
 */
export const pneumoniaCnn: ModelDefinition = {
  name: "pneumonia-cnn",
  title: "small CNN for 28x28 chest X-rays",

  build({ sampleShape, numClasses, seed }) {
    // A seed of its own for each layer, and never 0, which TensorFlow.js takes for "none given".
    const initializer = (layer: number) => initializers.heNormal({ seed: 4 * seed + layer });
    // Named, because the names that TensorFlow.js makes up count every layer of the process.
    const conv = (layer: number, filters: number) => ({
      name: `conv${layer}`,
      filters,
      kernelSize: 3,
      padding: "same" as const,
      activation: "relu" as const,
      kernelInitializer: initializer(layer),
    });
    return sequential({
      layers: [
        layers.conv2d({ inputShape: [...sampleShape], ...conv(1, 12) }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d(conv(2, 24)),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d(conv(3, 48)),
        layers.globalAveragePooling2d({}),
        layers.dense({ name: "logits", units: numClasses, kernelInitializer: initializer(4) }),
      ],
    });
  },

  createOptimizer: (learningRate) => train.adam(learningRate),
  maxShift: 2,
  recommended: { localEpochs: 2, batchSize: 32, learningRate: 0.002 },
};
