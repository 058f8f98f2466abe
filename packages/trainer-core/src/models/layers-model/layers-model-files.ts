/** A layer as `model.json` has it, in the words of Keras. */
export interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
}

/** A layer of a functional model: each node lists where its inputs come from. */
export interface KerasNode extends KerasLayer {
  readonly name: string;
  readonly inbound_nodes: readonly (readonly KerasInput[])[];
}

export type KerasInput = readonly [layer: string, node: number, tensor: number, options: object];

/** What `tf.loadLayersModel` reads: topology and where the weights lie. */
export interface LayersModelJson {
  readonly format: "layers-model";
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly modelTopology: {
    readonly class_name: "Sequential" | "Model";
    readonly config: Readonly<Record<string, unknown>>;
    readonly keras_version: string;
    readonly backend: string;
  };
  readonly weightsManifest: readonly [
    {
      readonly paths: readonly string[];
      readonly weights: readonly { name: string; shape: readonly number[]; dtype: "float32" }[];
    },
  ];
}

/** Slope of `leakyRelu` below 0, as in TensorFlow.js. */
export const LEAKY_SLOPE = 0.2;
