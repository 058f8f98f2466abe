import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs-layers";
import { TrainerError } from "../errors.js";
import type { LayerSpec, Loss, ModelSpec } from "../models/model-spec.js";
import { type ResolvedModel, resolveModel } from "../models/resolve-model.js";
import { describeLayer, type FinalActivation, finalActivationOf, NotKnown } from "./describe-layer.js";

export type KerasLayer = LayersModel["layers"][number];

/** A `LayersModel` whose every layer is known. */
export interface KnownLayersModel {
  readonly isKnown: true;
  readonly spec: ModelSpec;
  readonly model: ResolvedModel;
  /** The layers with weights, in the order of the model's layout. */
  readonly weighted: readonly KerasLayer[];
}

export type LayersModelDescription =
  | KnownLayersModel
  | {
      readonly isKnown: false;
      /** What is not known, in words. */
      readonly reason: string;
    };

export interface DescribeOptions {
  /**
   * What training is to make small; default what the model's last activation or its compilation says, and softmax cross
   * entropy where neither says anything.
   */
  readonly loss?: Loss;
}

/**
 * Puts a TensorFlow.js model into words, if it is a chain of layers that Fedloom knows, or chains beside each other whose
 * results are added. A softmax or sigmoid at the end becomes a part of the loss.
 *
 * Nothing is left out in silence: a setting that the words cannot say makes the model one that is not known. Initializers
 * are the exception: those that Fedloom has not become the default, since a model that exists has its weights. Names that
 * TensorFlow.js has made up are left out, since they count every layer of the process.
 */
export function describeLayersModel(
  layersModel: LayersModel,
  { loss }: DescribeOptions = {},
): LayersModelDescription {
  try {
    const walk: Walk = { used: new Set(), weighted: [] };
    const [input, output] = endsOf(layersModel);
    const chosen = lossOf(layersModel, loss);
    const layers = chainBetween(input, output, { ...walk, final: chosen.final });
    const inputShape = shapeOf(input);
    const spec = named({ inputShape, layers, loss: chosen.loss });
    const model = resolveModel(spec);
    requireSameWeights(model, walk.weighted);
    return { isKnown: true, spec, model, weighted: walk.weighted };
  } catch (error) {
    if (error instanceof NotKnown) return { isKnown: false, reason: error.message };
    if (error instanceof TrainerError) return { isKnown: false, reason: error.message };
    throw error;
  }
}

/** What the outputs are for: the loss, and the activation at the end that belongs to it. */
export function lossOf(
  layersModel: LayersModel,
  asked?: Loss,
): { readonly loss: Loss; readonly final: FinalActivation | undefined } {
  const final = finalActivationOf(layersModel.outputs[0]?.sourceLayer);
  const loss =
    asked ?? compiledLoss(layersModel) ?? (final && lossOfActivation[final]) ?? "softmaxCrossEntropy";
  return { loss, final: final && lossOfActivation[final] === loss ? final : undefined };
}

const lossOfActivation: Readonly<Record<FinalActivation, Loss>> = {
  softmax: "softmaxCrossEntropy",
  sigmoid: "sigmoidCrossEntropy",
};

function compiledLoss(layersModel: LayersModel): Loss | undefined {
  const name = layersModel.loss as unknown;
  if (name === "meanSquaredError") return "meanSquaredError";
  if (name === "binaryCrossentropy") return "sigmoidCrossEntropy";
  if (name === "categoricalCrossentropy" || name === "sparseCategoricalCrossentropy") {
    return "softmaxCrossEntropy";
  }
  return undefined;
}

interface Walk {
  readonly used: Set<KerasLayer>;
  readonly weighted: KerasLayer[];
}

interface Chain extends Walk {
  /** The activation at the very end, which the loss takes over. */
  readonly final: FinalActivation | undefined;
}

/** Layers from one tensor to another that follows from it. */
function chainBetween(from: SymbolicTensor, to: SymbolicTensor, chain: Chain): LayerSpec[] {
  // Walked backwards, described forwards: the layout follows the order of the layers.
  const steps: Step[] = [];
  for (let at = to; at !== from; ) {
    const step = stepBefore(at, chain.used);
    steps.unshift(step);
    const [first, ...others] = step.inputs;
    if (!first) throw new NotKnown(`"${step.layer.name}" does not follow from the model's input`);
    at = others.length === 0 ? first : forkOf(step.inputs, from);
  }
  return steps.flatMap(({ layer, inputs }, i) => {
    const final = i === steps.length - 1 ? chain.final : undefined;
    const start = steps[i - 1]?.output ?? from;
    if (inputs.length > 1) return [residual(layer, { inputs, start, walk: chain })];
    if (isModel(layer)) {
      const [input, output] = endsOf(layer);
      return chainBetween(input, output, { ...chain, final });
    }
    const described = describeLayer(layer, final);
    if (layer.weights.length > 0) chain.weighted.push(layer);
    return described;
  });
}

interface Step {
  readonly layer: KerasLayer;
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
}

function stepBefore(output: SymbolicTensor, used: Set<KerasLayer>): Step {
  const layer = output.sourceLayer;
  if (used.has(layer)) throw new NotKnown(`layer "${layer.name}" is used more than once`);
  used.add(layer);
  return { layer, inputs: layer.inboundNodes[output.nodeIndex]?.inputTensors ?? [], output };
}

function residual(
  layer: KerasLayer,
  { inputs, start, walk }: { inputs: readonly SymbolicTensor[]; start: SymbolicTensor; walk: Walk },
): LayerSpec {
  const [a, b] = inputs;
  if (layer.getClassName() !== "Add" || !a || !b || inputs.length !== 2) {
    const what = `${layer.getClassName()} of ${inputs.length} inputs`;
    throw new NotKnown(`layer "${layer.name}" (${what}): only an Add of two is known`);
  }
  const chain = { ...walk, final: undefined };
  // The chain that does something comes first, as in a residual of a ModelSpec.
  const [long, short] = a === start ? [b, a] : [a, b];
  const layers = chainBetween(start, long, chain);
  const shortcut = chainBetween(start, short, chain);
  return { type: "residual", name: layer.name, layers, ...(shortcut.length > 0 ? { shortcut } : {}) };
}

/** The last tensor that every way to the inputs goes through. */
function forkOf(inputs: readonly SymbolicTensor[], end: SymbolicTensor): SymbolicTensor {
  const ways = inputs.map((input) => trunkOf(input, end));
  const [first = [], ...others] = ways;
  const fork = first.find((tensor) => others.every((way) => way.includes(tensor)));
  if (!fork) throw new NotKnown("branches that are added do not begin at one tensor");
  return fork;
}

/** The tensors on the way back, with what is between the two sides of an addition left out. */
function trunkOf(from: SymbolicTensor, end: SymbolicTensor): SymbolicTensor[] {
  const trunk: SymbolicTensor[] = [];
  for (let at: SymbolicTensor | undefined = from; at; ) {
    trunk.push(at);
    if (at === end) break;
    const inputs: readonly SymbolicTensor[] = at.sourceLayer.inboundNodes[at.nodeIndex]?.inputTensors ?? [];
    at = inputs.length > 1 ? forkOf(inputs, end) : inputs[0];
  }
  return trunk;
}

function isModel(layer: KerasLayer): layer is LayersModel {
  return "layers" in layer && "inputs" in layer && Array.isArray(layer.layers);
}

function endsOf(model: LayersModel): [SymbolicTensor, SymbolicTensor] {
  const [input, ...inputs] = model.inputs;
  const [output, ...outputs] = model.outputs;
  if (!input || !output || inputs.length + outputs.length > 0) {
    throw new NotKnown(
      `model "${model.name}": expected one input and one output, got ${model.inputs.length} and ${model.outputs.length}`,
    );
  }
  return [input, output];
}

/** Shape of one sample. */
function shapeOf(input: SymbolicTensor): number[] {
  return input.shape.slice(1).map((size) => {
    if (size === null) throw new NotKnown(`the input's shape [${input.shape.join(", ")}] is not fixed`);
    return size;
  });
}

/** The spec with the layers' names as they may be. */
function named(spec: ModelSpec): ModelSpec {
  const allowed = (name: string) =>
    name
      .replaceAll(/[^-A-Za-z0-9._]/g, "_")
      .replace(/^[^A-Za-z0-9]/, "layer_")
      .slice(0, 100);
  return { ...spec, layers: spec.layers.map((layer) => renamed(layer, allowed)) };
}

function renamed(layer: LayerSpec, rename: (name: string) => string): LayerSpec {
  const all = (layers: readonly LayerSpec[]) => layers.map((each) => renamed(each, rename));
  const { name, ...rest } = layer;
  const inside =
    rest.type === "residual"
      ? { ...rest, layers: all(rest.layers), ...(rest.shortcut ? { shortcut: all(rest.shortcut) } : {}) }
      : rest;
  return name === undefined ? inside : { ...inside, name: rename(name) };
}

/** The last line of defence: weights that do not fit mean a layer that was not understood. */
function requireSameWeights(model: ResolvedModel, weighted: readonly KerasLayer[]): void {
  const theirs = weighted.flatMap((layer) => layer.weights.map(({ shape }) => shape.join("x")));
  const ours = model.weights.map(({ shape }) => shape.join("x"));
  if (theirs.join() === ours.join()) return;
  throw new NotKnown(`weights of the shapes ${theirs.join(", ")} instead of ${ours.join(", ")}`);
}
