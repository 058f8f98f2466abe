import type { Loss, ModelSpec } from "../model-spec.js";
import { show } from "../require-field.js";
import { resolveModel } from "../resolve-model.js";
import type { ResolvedLayer } from "../resolved-layer.js";
import { requireObject, unsupported } from "./keras-config.js";
import { readTopology, type Topology } from "./read-topology.js";
import { readWeights } from "./read-weights.js";

export interface ImportLayersModelOptions {
  /**
   * What the model is to make small. Default: softmax cross entropy if the model ends with a softmax, sigmoid cross
   * entropy if with a sigmoid, else mean squared error.
   */
  readonly loss?: Loss;
}

export interface ImportedLayersModel {
  /** Ends with logits where the loss is a cross entropy. */
  readonly spec: ModelSpec;
  /** In the spec's layout. */
  readonly weights: Float32Array;
}

/**
 * Reads a LayersModel of TensorFlow.js or one that its converter made of a Keras model: layers that `ModelSpec` has, in a
 * chain or in residual blocks. Nothing is run and nothing fetched; `weights` are the bytes of all the files that the
 * manifest names, or those files in its order.
 * @throws TrainerError `model_unsupported` if only TensorFlow.js itself can run the model, `invalid_model` or
 * `invalid_weights` for damaged files; names layer and field, what was expected and what came.
 */
export function importLayersModel(
  modelJson: unknown,
  weights: Uint8Array | readonly Uint8Array[],
  options: ImportLayersModelOptions = {},
): ImportedLayersModel {
  const file = requireObject("file", modelJson);
  if (file.format !== undefined && file.format !== "layers-model") {
    throw unsupported("format", show("layers-model"), show(file.format));
  }
  const topology = readTopology(file.modelTopology);
  const spec = { inputShape: topology.inputShape, ...lossOf(topology, options.loss) };
  const model = resolveModel(spec);
  requireAxes(model.layers, topology.inputAxes);
  return { spec, weights: readWeights(model, file.weightsManifest, joined(weights)) };
}

/** The loss that the last layer was made for, and the layers without what the loss itself applies. */
function lossOf(
  { layers, output }: Topology,
  wanted: Loss | undefined,
): { layers: ModelSpec["layers"]; loss: Loss } {
  if (output === "softmax") {
    if (wanted && wanted !== "softmaxCrossEntropy")
      throw unsupported("loss", "softmaxCrossEntropy after a softmax", show(wanted));
    return { layers, loss: "softmaxCrossEntropy" };
  }
  const loss = wanted ?? (output === "sigmoid" ? "sigmoidCrossEntropy" : "meanSquaredError");
  if (output !== "sigmoid" || loss === "meanSquaredError") return { layers, loss };
  if (loss === "softmaxCrossEntropy")
    throw unsupported("loss", "sigmoidCrossEntropy after a sigmoid", show(loss));
  return { layers: withoutSigmoid(layers), loss };
}

function withoutSigmoid(layers: ModelSpec["layers"]): ModelSpec["layers"] {
  const last = layers.at(-1);
  const rest = layers.slice(0, -1);
  if (last?.type !== "dense") return rest;
  const { activation: _, ...linear } = last;
  return [...rest, linear];
}

/** Checks that an axis that the file gives by number is the one that the layer has here. */
function requireAxes(layers: readonly ResolvedLayer[], inputAxes: Topology["inputAxes"]): void {
  for (const layer of layers) {
    const axes = inputAxes.get(layer.name) ?? layer.inputShape.length;
    if (axes !== layer.inputShape.length) {
      const expected = `the last of ${layer.inputShape.length}, or all`;
      throw unsupported(`layer ${show(layer.name)}: axis`, expected, `one of ${axes}`);
    }
    if (layer.type === "residual") requireAxes([...layer.layers, ...layer.shortcut], inputAxes);
  }
}

function joined(weights: Uint8Array | readonly Uint8Array[]): Uint8Array {
  if (weights instanceof Uint8Array) return weights;
  const bytes = new Uint8Array(weights.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const shard of weights) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return bytes;
}
