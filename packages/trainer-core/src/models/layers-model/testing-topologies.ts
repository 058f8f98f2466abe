import { TrainerError } from "../../errors.js";
import { importLayersModel } from "./import-layers-model.js";

export const dense = { class_name: "Dense", config: { name: "d", units: 1, batch_input_shape: [null, 1] } };
export const conv = {
  class_name: "Conv2D",
  config: { name: "c", filters: 1, kernel_size: 1, batch_input_shape: [null, 2, 2, 1] },
};
export const manifest = [
  {
    weights: [
      { name: "d/kernel", shape: [1, 1], dtype: "float32" },
      { name: "d/bias", shape: [1], dtype: "float32" },
    ],
  },
];

export const sequential = (...layers: unknown[]) => ({ class_name: "Sequential", config: { layers } });
export const withConfig = (layer: typeof dense | typeof conv, more: object) => ({
  ...layer,
  config: { ...layer.config, ...more },
});

/** A functional model of layers `[name, class, inputs]`, each input the name of another layer. */
export function graph(layers: readonly (readonly [string, string, ...string[]])[], more: object = {}) {
  return {
    class_name: "Functional",
    config: {
      layers: layers.map(([name, class_name, ...inputs]) => ({
        name,
        class_name,
        config: { name, units: 1, activation: "relu", batch_input_shape: [null, 1] },
        inbound_nodes: inputs.length > 0 ? [inputs.map((input) => [input, 0, 0, {}])] : [],
      })),
      input_layers: [["x", 0, 0]],
      output_layers: [["y", 0, 0]],
      ...more,
    },
  };
}

/** Code and message of the refusal of a `model.json`. */
export function refusalOf(
  modelTopology: unknown,
  weightsManifest: unknown = manifest,
  bytes = new Uint8Array(8),
): string {
  try {
    importLayersModel({ modelTopology, weightsManifest }, bytes);
  } catch (error) {
    return error instanceof TrainerError ? `${error.code}: ${error.message}` : `not a TrainerError: ${error}`;
  }
  return "none";
}
