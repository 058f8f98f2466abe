import type { LayerPlace } from "./layer-place.js";
import { momentsOf, scaleOf, weightsOf } from "./layer-weights.js";
import type { LayerSpec } from "./model-spec.js";
import { invalid, requireFlag, requireOneOf, show } from "./require-field.js";
import type { ResolvedLayer } from "./resolved-layer.js";

type Normalization = Extract<LayerSpec, { type: "batchNormalization" | "layerNormalization" }>;

/** Batch norm of each channel over batch and places, or layer norm of each sample by itself. */
export function resolveNormalization(spec: Normalization, place: LayerPlace): ResolvedLayer {
  const { at, name, inputShape } = place;
  const channels = inputShape.at(-1) as number;
  const common = {
    name,
    inputShape,
    outputShape: inputShape,
    center: requireFlag(at("center"), spec.center, true),
    scale: requireFlag(at("scale"), spec.scale, true),
    epsilon: spec.epsilon ?? 0.001,
  };
  if (!(common.epsilon > 0 && common.epsilon < Number.POSITIVE_INFINITY)) {
    throw invalid(at("epsilon"), "a number > 0", show(common.epsilon));
  }
  if (spec.type === "layerNormalization") {
    const over = requireOneOf(at("over"), spec.over ?? "last", ["last", "sample"]);
    const shape = over === "last" ? [channels] : inputShape;
    return { ...common, type: spec.type, over, weights: weightsOf({ name, spec }, scaleOf(shape, common)) };
  }
  const momentum = spec.momentum ?? 0.99;
  if (!(momentum >= 0 && momentum <= 1)) throw invalid(at("momentum"), "a number in [0, 1]", show(momentum));
  const declared = [...scaleOf([channels], common), ...momentsOf(channels)];
  return {
    ...common,
    type: spec.type,
    momentum,
    isTrainable: requireFlag(at("trainable"), spec.trainable, true),
    weights: weightsOf({ name, spec }, declared),
  };
}
