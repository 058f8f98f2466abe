import { createLayerNames, type LayerNames } from "./layer-names.js";
import type { LayerSpec, ModelSpec } from "./model-spec.js";
import { invalid, show } from "./require-field.js";

/** Picks layers by name, type and settings; the name is the layer's own or the default one, such as `dense_3`. */
export type LayerPredicate = (layer: LayerSpec & { readonly name: string }) => boolean;

/**
 * The same model with some layers frozen: they keep their weights while the others learn, as in transfer learning. Frozen
 * batch norm keeps its moments too. Names, shapes and places of weights stay.
 * @throws TrainerError `invalid_model` if no layer with weights is picked.
 */
export function freeze(spec: ModelSpec, predicate: LayerPredicate): ModelSpec {
  return mark(spec, { what: "freeze", predicate, change: { trainable: false } });
}

/**
 * The same model with some layers personal: each client trains its own and never sends them, as in FedPer (Arivazhagan et
 * al., "Federated Learning with Personalization Layers", 2019: the last layers) and FedBN (Li et al., "FedBN", 2021: the
 * batch norms). Names, shapes and places of weights stay.
 * @throws TrainerError `invalid_model` if no layer with weights is picked.
 */
export function personalize(spec: ModelSpec, predicate: LayerPredicate): ModelSpec {
  return mark(spec, { what: "personalize", predicate, change: { personal: true } });
}

interface Marking {
  readonly what: string;
  readonly predicate: LayerPredicate;
  readonly change: { readonly trainable?: boolean; readonly personal?: boolean };
}

function mark(spec: ModelSpec, marking: Marking): ModelSpec {
  const { what, predicate } = marking;
  if (typeof predicate !== "function") {
    throw invalid(what, "a function that picks layers", show(predicate));
  }
  const marked = { names: createLayerNames(), candidates: [] as string[], count: 0 };
  const layers = markLayers(spec.layers, marking, marked);
  if (marked.count > 0) return { ...spec, layers };
  throw invalid(what, `a predicate that picks one of ${marked.candidates.join(", ")}`, "none picked");
}

function markLayers(
  layers: readonly LayerSpec[],
  marking: Marking,
  marked: { readonly names: LayerNames; readonly candidates: string[]; count: number },
): LayerSpec[] {
  return layers.map((layer) => {
    const name = marked.names.next(layer);
    if (layer.type === "residual") {
      const inner = markLayers(layer.layers, marking, marked);
      if (!layer.shortcut) return { ...layer, layers: inner };
      return { ...layer, layers: inner, shortcut: markLayers(layer.shortcut, marking, marked) };
    }
    if (!hasWeights(layer)) return layer;
    marked.candidates.push(name);
    if (!marking.predicate({ ...layer, name })) return layer;
    marked.count += 1;
    return { ...layer, ...marking.change };
  });
}

type Weighted = Extract<LayerSpec, { readonly trainable?: boolean }>;

function hasWeights(layer: LayerSpec): layer is Weighted {
  switch (layer.type) {
    case "dense":
    case "conv2d":
    case "depthwiseConv2d":
    case "separableConv2d":
      return true;
    case "batchNormalization":
    case "layerNormalization":
      return layer.type === "batchNormalization" || (layer.center ?? true) || (layer.scale ?? true);
    default:
      return false;
  }
}
