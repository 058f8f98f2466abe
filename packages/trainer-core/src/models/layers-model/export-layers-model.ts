import type { Loss, ModelSpec } from "../model-spec.js";
import { requireLength } from "../require-weights.js";
import { asResolved, type ResolvedModel } from "../resolve-model.js";
import type { ResolvedLayer } from "../resolved-layer.js";
import { activationLayer, type FreeName, kerasLayersOf } from "./keras-layers.js";
import type { KerasInput, KerasLayer, KerasNode, LayersModelJson } from "./layers-model-files.js";

export interface ExportedLayersModel {
  /** The content of `model.json`. */
  readonly modelJson: LayersModelJson;
  /** The content of `weights.bin`, which must lie beside it. */
  readonly weightsBin: Uint8Array<ArrayBuffer>;
}

/**
 * Writes a model in the LayersModel format of TensorFlow.js, for `tf.loadLayersModel`: sequential, or functional if it
 * has residual blocks. Its outputs are probabilities where the loss is a cross entropy. Personal layers become layers
 * like others.
 * @throws TrainerError `invalid_model`, or `invalid_weights` for a vector of another length.
 */
export function exportLayersModel(
  spec: ModelSpec | ResolvedModel,
  weights: Float32Array,
): ExportedLayersModel {
  const model = asResolved(spec);
  const { layout } = model;
  requireLength(weights, layout);
  const weightsBin = new Uint8Array(weights.byteLength);
  weightsBin.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength));
  const specs = layout.tensors.map(({ name, shape }) => ({ name, shape, dtype: "float32" as const }));
  const modelJson: LayersModelJson = {
    format: "layers-model",
    generatedBy: "fedloom",
    convertedBy: null,
    modelTopology: {
      ...(model.layers.some(({ type }) => type === "residual") ? functional(model) : sequential(model)),
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [{ paths: ["weights.bin"], weights: specs }],
  };
  return { modelJson, weightsBin };
}

function sequential({ layers, inputShape, loss }: ResolvedModel) {
  const freeName = createFreeNames(layers);
  const [first, ...rest] = [
    ...layers.flatMap((layer) => (layer.type === "residual" ? [] : kerasLayersOf(layer, freeName))),
    ...probabilitiesOf(loss, freeName),
  ] as [KerasLayer, ...KerasLayer[]];
  const input = { batch_input_shape: [null, ...inputShape], dtype: "float32" };
  const withInput = { ...first, config: { ...first.config, ...input } };
  return { class_name: "Sequential" as const, config: { name: "model", layers: [withInput, ...rest] } };
}

function functional({ layers, inputShape, loss }: ResolvedModel) {
  const freeName = createFreeNames(layers);
  const input = freeName("input");
  const config = { name: input, batch_input_shape: [null, ...inputShape], dtype: "float32", sparse: false };
  const nodes: KerasNode[] = [{ name: input, class_name: "InputLayer", config, inbound_nodes: [] }];
  let output = appendLayers({ nodes, freeName }, layers, input);
  for (const layer of probabilitiesOf(loss, freeName)) output = append(nodes, layer, [output]);
  const [input_layers, output_layers] = [[[input, 0, 0]], [[output, 0, 0]]];
  return {
    class_name: "Model" as const,
    config: { name: "model", layers: nodes, input_layers, output_layers },
  };
}

interface Graph {
  readonly nodes: KerasNode[];
  readonly freeName: FreeName;
}

/** Adds the nodes of layers that follow one another; the name of the last one. */
function appendLayers(graph: Graph, layers: readonly ResolvedLayer[], input: string): string {
  let last = input;
  for (const layer of layers) {
    if (layer.type === "residual") {
      const inside = appendLayers(graph, layer.layers, last);
      const beside = appendLayers(graph, layer.shortcut, last);
      last = append(graph.nodes, { class_name: "Add", config: { name: layer.name } }, [inside, beside]);
    } else {
      for (const keras of kerasLayersOf(layer, graph.freeName)) last = append(graph.nodes, keras, [last]);
    }
  }
  return last;
}

function append(nodes: KerasNode[], layer: KerasLayer, inputs: readonly string[]): string {
  const { name } = layer.config;
  nodes.push({ ...layer, name, inbound_nodes: [inputs.map((from): KerasInput => [from, 0, 0, {}])] });
  return name;
}

function probabilitiesOf(loss: Loss, freeName: FreeName): KerasLayer[] {
  if (loss === "meanSquaredError") return [];
  return [activationLayer(freeName("probabilities"), loss === "softmaxCrossEntropy" ? "softmax" : "sigmoid")];
}

/** Names for layers that the model itself has not. */
function createFreeNames(layers: readonly ResolvedLayer[]): FreeName {
  const taken = new Set(layers.flatMap(namesIn));
  return (wanted) => {
    let name = wanted;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  };
}

function namesIn(layer: ResolvedLayer): string[] {
  if (layer.type !== "residual") return [layer.name];
  return [layer.name, ...layer.layers.flatMap(namesIn), ...layer.shortcut.flatMap(namesIn)];
}
