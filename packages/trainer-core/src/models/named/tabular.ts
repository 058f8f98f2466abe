import type { ModelDefinition } from "../model.js";
import type { LayerSpec } from "../model-spec.js";
import { requireRow, specFor } from "../spec-for.js";

const block = (place: number, units: number): LayerSpec[] => [
  { type: "dense", name: `hidden${place}`, units, initializer: "heNormal" },
  { type: "layerNormalization", name: `norm${place}` },
  { type: "activation", name: `relu${place}`, activation: "relu" },
  { type: "dropout", name: `dropout${place}`, rate: 0.1 },
];

/** Two hidden layers of 64 and 32 units with layer norm and dropout, for rows of standardised features. */
export const tabular: ModelDefinition = {
  name: "tabular",
  title: "dense network for tables",
  build(input) {
    requireRow("tabular", input.sampleShape);
    return specFor("tabular", input, [
      ...block(1, 64),
      ...block(2, 32),
      { type: "dense", name: "logits", units: input.numOutputs },
    ]);
  },
  recommended: {
    localEpochs: 1,
    batchSize: 32,
    learningRate: 0.002,
    plainLearningRate: 0.1,
    optimizer: { name: "adam" },
  },
};
