import { activatedBy, type LayerPlace } from "./layer-place.js";
import { biasOf, type DeclaredWeight, weightsOf } from "./layer-weights.js";
import type { LayerSpec } from "./model-spec.js";
import { initializers, requireAxes, requireCount, requireOneOf } from "./require-field.js";
import { resolveWindow } from "./resolve-window.js";
import type { ResolvedLayer } from "./resolved-layer.js";

type Convolution = Extract<LayerSpec, { type: "conv2d" | "depthwiseConv2d" | "separableConv2d" }>;

/** A convolution over height and width: full, of each channel by itself, or that followed by one of 1x1. */
export function resolveConvolution(spec: Convolution, place: LayerPlace): ResolvedLayer {
  const { at, name, inputShape } = place;
  const [, , channels] = requireAxes(at("input"), inputShape, 3) as readonly [number, number, number];
  const { kernelSize: size, strides = 1, padding = "valid" } = spec;
  const placed = resolveWindow(at, inputShape, { size, sizeField: "kernelSize", strides, padding });
  const { window } = placed;
  const activated = activatedBy(at, spec);
  const kernels = kernelsOf(spec, { ...place, channels, taps: [window.height, window.width] });
  const bias = activated.useBias ? [biasOf(kernels.filters)] : [];
  const common = {
    name,
    inputShape,
    window,
    ...activated,
    weights: weightsOf({ name, spec }, [...kernels.declared, ...bias]),
    outputShape: [...placed.outputShape, kernels.filters],
  };
  if (spec.type === "conv2d") return { ...common, type: spec.type };
  return { ...common, type: spec.type, depthMultiplier: kernels.depthMultiplier };
}

interface KernelPlace extends LayerPlace {
  readonly channels: number;
  readonly taps: readonly [height: number, width: number];
}

function kernelsOf(
  spec: Convolution,
  { at, channels, taps }: KernelPlace,
): { filters: number; depthMultiplier: number; declared: DeclaredWeight[] } {
  const initializer = requireOneOf(at("initializer"), spec.initializer ?? "glorotUniform", initializers);
  const numTaps = taps[0] * taps[1];
  const fanIn = numTaps * channels;
  if (spec.type === "conv2d") {
    const filters = requireCount(at("filters"), spec.filters);
    const shape = [...taps, channels, filters];
    return {
      filters,
      depthMultiplier: 1,
      declared: [{ name: "kernel", shape, initializer, fanIn, fanOut: numTaps * filters }],
    };
  }
  const depthMultiplier = requireCount(at("depthMultiplier"), spec.depthMultiplier ?? 1);
  const spread = channels * depthMultiplier;
  const depthwise: DeclaredWeight = {
    name: "depthwise_kernel",
    shape: [...taps, channels, depthMultiplier],
    initializer,
    // Keras counts the fans of a depthwise kernel as those of a convolution with as many filters as its multiplier.
    fanIn,
    fanOut: numTaps * depthMultiplier,
  };
  if (spec.type === "depthwiseConv2d") return { filters: spread, depthMultiplier, declared: [depthwise] };
  const filters = requireCount(at("filters"), spec.filters);
  const pointwise: DeclaredWeight = {
    name: "pointwise_kernel",
    shape: [1, 1, spread, filters],
    initializer,
    fanIn: spread,
    fanOut: filters,
  };
  return { filters, depthMultiplier, declared: [depthwise, pointwise] };
}
