import { layerFields } from "./layer-fields.js";
import type { LayerNames } from "./layer-names.js";
import { activatedBy, type LayerPlace } from "./layer-place.js";
import { biasOf, weightsOf } from "./layer-weights.js";
import type { LayerSpec, LayerType } from "./model-spec.js";
import {
  activations,
  initializers,
  invalid,
  requireAxes,
  requireCount,
  requireOneOf,
  requireShape,
  show,
  sizeOf,
} from "./require-field.js";
import { resolveConvolution } from "./resolve-convolution.js";
import { resolveNormalization } from "./resolve-normalization.js";
import { resolveWindow } from "./resolve-window.js";
import type { ResolvedLayer } from "./resolved-layer.js";

/** Deepest nesting of residual blocks in one another. */
const MAX_DEPTH = 32;
/** Most layers in one list. */
const MAX_LAYERS = 10_000;

interface Surroundings {
  readonly names: LayerNames;
  /** What errors call the list, such as `layer "residual_1": shortcut`. */
  readonly field: string;
  readonly depth: number;
}

/** Checks layers that follow one another and fills in their defaults. */
export function resolveLayers(
  specs: readonly LayerSpec[],
  inputShape: readonly number[],
  around: Surroundings,
): ResolvedLayer[] {
  const { field, depth } = around;
  if (!Array.isArray(specs) || specs.length > MAX_LAYERS) {
    const received = Array.isArray(specs) ? `${specs.length}` : show(specs);
    throw invalid(field, `a list of at most ${MAX_LAYERS} layers`, received);
  }
  if (depth > MAX_DEPTH) throw invalid(field, `at most ${MAX_DEPTH} residual blocks in one another`, "more");
  const layers: ResolvedLayer[] = [];
  for (const [i, spec] of specs.entries()) {
    if (typeof spec !== "object" || spec === null) throw invalid(`${field}[${i}]`, "a layer", show(spec));
    const layer = resolveLayer(spec, layers.at(-1)?.outputShape ?? inputShape, around);
    requireShape(`layer "${layer.name}": output`, layer.outputShape);
    layers.push(layer);
  }
  return layers;
}

function resolveLayer(spec: LayerSpec, inputShape: readonly number[], around: Surroundings): ResolvedLayer {
  const name = around.names.next(spec);
  const place: LayerPlace = { name, inputShape, at: (field) => `layer "${name}": ${field}` };
  const plain = { name, inputShape, weights: [] };
  requireKnownFields(spec, place);
  switch (spec.type) {
    case "dense":
      return resolveDense(spec, place);
    case "conv2d":
    case "depthwiseConv2d":
    case "separableConv2d":
      return resolveConvolution(spec, place);
    case "maxPooling2d":
    case "averagePooling2d":
      return resolvePooling(spec, place);
    case "globalAveragePooling2d":
    case "globalMaxPooling2d": {
      const [, , channels] = requireAxes(place.at("input"), inputShape, 3) as [number, number, number];
      return { ...plain, type: spec.type, outputShape: [channels] };
    }
    case "batchNormalization":
    case "layerNormalization":
      return resolveNormalization(spec, place);
    case "dropout":
      if (!(spec.rate >= 0 && spec.rate < 1)) {
        throw invalid(place.at("rate"), "a number in [0, 1)", show(spec.rate));
      }
      return { ...plain, type: "dropout", rate: spec.rate, outputShape: inputShape };
    case "flatten":
      return { ...plain, type: "flatten", outputShape: [sizeOf(inputShape)] };
    case "activation": {
      const activation = requireOneOf(place.at("activation"), spec.activation, activations);
      return { ...plain, type: "activation", activation, outputShape: inputShape };
    }
    case "residual":
      return resolveResidual(spec, place, around);
  }
}

function requireKnownFields(spec: LayerSpec, { at }: LayerPlace): void {
  requireOneOf(at("type"), spec.type, Object.keys(layerFields) as LayerType[]);
  const known: readonly string[] = layerFields[spec.type];
  const stray = Object.entries(spec).find(([field, value]) => value !== undefined && !known.includes(field));
  if (stray) throw invalid(at("fields"), `those among ${known.join(", ")}`, show(stray[0]));
}

function resolveDense(spec: Extract<LayerSpec, { type: "dense" }>, place: LayerPlace): ResolvedLayer {
  const { at, name, inputShape } = place;
  const units = requireCount(at("units"), spec.units);
  const [fanIn] = requireAxes(at("input"), inputShape, 1) as readonly [number];
  const activated = activatedBy(at, spec);
  const initializer = requireOneOf(at("initializer"), spec.initializer ?? "glorotUniform", initializers);
  const kernel = { name: "kernel", shape: [fanIn, units], initializer, fanIn, fanOut: units };
  const declared = activated.useBias ? [kernel, biasOf(units)] : [kernel];
  const weights = weightsOf({ name, spec }, declared);
  return { type: "dense", name, inputShape, units, ...activated, weights, outputShape: [units] };
}

function resolvePooling(
  spec: Extract<LayerSpec, { type: "maxPooling2d" | "averagePooling2d" }>,
  { at, name, inputShape }: LayerPlace,
): ResolvedLayer {
  const [, , channels] = requireAxes(at("input"), inputShape, 3) as readonly [number, number, number];
  const { poolSize: size = 2, strides = size, padding = "valid" } = spec;
  const placed = resolveWindow(at, inputShape, { size, sizeField: "poolSize", strides, padding });
  const outputShape = [...placed.outputShape, channels];
  return { type: spec.type, name, inputShape, window: placed.window, outputShape, weights: [] };
}

function resolveResidual(
  spec: Extract<LayerSpec, { type: "residual" }>,
  { at, name, inputShape }: LayerPlace,
  { names, depth }: Surroundings,
): ResolvedLayer {
  const inside = (field: string) => ({ names, depth: depth + 1, field: at(field) });
  const layers = resolveLayers(spec.layers, inputShape, inside("layers"));
  if (layers.length === 0) throw invalid(at("layers"), "at least one layer", "none");
  const shortcut = resolveLayers(spec.shortcut ?? [], inputShape, inside("shortcut"));
  const outputShape = layers.at(-1)?.outputShape ?? inputShape;
  const short = shortcut.at(-1)?.outputShape ?? inputShape;
  if (outputShape.join() !== short.join()) {
    const expected = `shape [${outputShape.join(", ")}], as the layers beside it`;
    throw invalid(at("shortcut"), expected, `[${short.join(", ")}]`);
  }
  return { type: "residual", name, inputShape, layers, shortcut, outputShape, weights: [] };
}
