import { createLayout, type TensorDeclaration, type WeightsLayout } from "@fedloom/fl-strategy";
import type { Variable } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { TrainerError } from "../errors.js";
import { describeLayersModel } from "./from-layers-model.js";

/** A model's weights as TensorFlow.js holds them. */
export interface LayersModelWeights {
  readonly layout: WeightsLayout;
  /** In the layout's order. */
  readonly variables: readonly Variable[];
  /** Whether an optimizer may touch it, for each variable. */
  readonly isTrainable: readonly boolean[];
}

/**
 * How a `LayersModel`'s weights lie in one flat vector: as in the model that `describeLayersModel` makes of it, and layer
 * by layer where it is not known. The same as the layout of the trainer that `createLocalTrainer` makes for it.
 */
export function layersModelWeights(layersModel: LayersModel): LayersModelWeights {
  const described = describeLayersModel(layersModel);
  const layers = described.isKnown ? described.weighted : layersModel.layers;
  const weights = layers.flatMap((layer) => layer.weights);
  const learned = new Set(layers.flatMap((layer) => layer.trainableWeights));
  const isTrainable = weights.map((weight) => learned.has(weight));
  const layout = described.isKnown
    ? described.model.layout
    : createLayout(
        uniquelyNamed(
          weights.map(({ originalName: name, shape }, i) => {
            const role = isTrainable[i] ? "trainable" : "statistic";
            return { name, shape: shape as number[], role };
          }),
        ),
      );
  const variables = weights.map((weight) => weight.read() as Variable);
  return { layout, variables, isTrainable };
}

/** A `LayersModel`'s weights, one float32 per element of its layout. */
export async function readLayersModel(layersModel: LayersModel): Promise<Float32Array> {
  const { layout, variables } = layersModelWeights(layersModel);
  const weights = new Float32Array(layout.size);
  const values = await Promise.all(variables.map((variable) => variable.data()));
  for (const [i, { offset }] of layout.tensors.entries()) weights.set(values[i] ?? [], offset);
  return weights;
}

/**
 * Gives a `LayersModel` these weights, such as those that it has been trained to.
 * @throws TrainerError `invalid_option` for weights of another size than its layout.
 */
export async function writeLayersModel(layersModel: LayersModel, weights: Float32Array): Promise<void> {
  const { layout, variables } = layersModelWeights(layersModel);
  if (weights.length !== layout.size) {
    throw new TrainerError(
      "invalid_option",
      `weights: expected ${layout.size} elements, got ${weights.length}`,
    );
  }
  const { writeVariables } = await import("./variables.js");
  writeVariables(variables, weights, layout);
}

function uniquelyNamed(tensors: readonly TensorDeclaration[]): TensorDeclaration[] {
  const names = new Set<string>();
  return tensors.map((tensor) => {
    let { name } = tensor;
    for (let i = 2; names.has(name); i += 1) name = `${tensor.name}_${i}`;
    names.add(name);
    return { ...tensor, name };
  });
}
