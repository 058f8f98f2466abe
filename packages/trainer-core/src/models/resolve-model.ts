import { createLayout, type WeightsLayout } from "@fedloom/fl-strategy";
import { createLayerNames } from "./layer-names.js";
import type { Loss, ModelSpec } from "./model-spec.js";
import { invalid, losses, requireOneOf, requireShape, show, sizeOf } from "./require-field.js";
import { resolveLayers } from "./resolve-layer.js";
import type { ResolvedLayer, WeightSpec } from "./resolved-layer.js";

export type { ResolvedLayer, WeightSpec, Window } from "./resolved-layer.js";

/** Most weights of a model: 2 GiB of float32, half of what a WebAssembly memory can hold. */
const MAX_WEIGHTS = 2 ** 29;

/** A model that is known to be possible: shapes fit, names are unique, defaults are filled in. */
export interface ResolvedModel {
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Outputs of one sample. */
  readonly numOutputs: number;
  readonly layers: readonly ResolvedLayer[];
  readonly loss: Loss;
  /** Of all layers, one after another, in the order of the layout's tensors. */
  readonly weights: readonly WeightSpec[];
  readonly layout: WeightsLayout;
}

/**
 * Checks a model and fills in what it leaves to defaults.
 * @throws TrainerError `invalid_model` that names layer and field, what was expected and what came.
 */
export function resolveModel(spec: ModelSpec): ResolvedModel {
  requirePlainModel(spec);
  requireShape("inputShape", spec.inputShape);
  const around = { names: createLayerNames(), field: "layers", depth: 0 };
  const layers = resolveLayers(spec.layers, spec.inputShape, around);
  const outputShape = layers.at(-1)?.outputShape;
  if (!outputShape) throw invalid("layers", "at least one layer", "none");
  if (outputShape.length !== 1) {
    throw invalid("layers", "a last layer with one axis, such as dense", `shape [${outputShape.join(", ")}]`);
  }
  const loss = requireOneOf("loss", spec.loss ?? "softmaxCrossEntropy", losses);
  const weights = layers.flatMap(weightsIn);
  const numWeights = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (numWeights > MAX_WEIGHTS) throw invalid("layers", `at most ${MAX_WEIGHTS} weights`, String(numWeights));
  return {
    inputShape: [...spec.inputShape],
    outputShape,
    numOutputs: outputShape[0] as number,
    layers,
    loss,
    weights,
    layout: createLayout(weights.map(({ name, shape, role }) => ({ name, shape, role }))),
  };
}

/** A model in words, or one that has been checked already. */
export function asResolved(model: ModelSpec | ResolvedModel): ResolvedModel {
  return typeof model === "object" && model !== null && "layout" in model ? model : resolveModel(model);
}

const modelFields = ["inputShape", "layers", "loss"];

function requirePlainModel(spec: ModelSpec): void {
  if (typeof spec !== "object" || spec === null) throw invalid("spec", "an object", show(spec));
  if ("apply" in spec) {
    const received = "a LayersModel of TensorFlow.js, which describeLayersModel puts into words";
    throw invalid("spec", "plain data", received);
  }
  const stray = Object.keys(spec).find((field) => !modelFields.includes(field));
  if (stray !== undefined) throw invalid("fields", `those among ${modelFields.join(", ")}`, show(stray));
}

function weightsIn(layer: ResolvedLayer): readonly WeightSpec[] {
  if (layer.type !== "residual") return layer.weights;
  return [...layer.layers.flatMap(weightsIn), ...layer.shortcut.flatMap(weightsIn)];
}
