import type { Padding, Pair } from "./model-spec.js";
import { invalid, requireOneOf, requirePair } from "./require-field.js";
import type { Window } from "./resolved-layer.js";

export interface WindowOptions {
  readonly size: Pair;
  /** What the layer calls its size. */
  readonly sizeField: "kernelSize" | "poolSize";
  readonly strides: Pair;
  readonly padding: Padding;
}

/** Where a window goes over an input, and how often it fits along height and width. */
export function resolveWindow(
  at: (field: string) => string,
  [inHeight = 0, inWidth = 0]: readonly number[],
  options: WindowOptions,
): { window: Window; outputShape: [height: number, width: number] } {
  const padding = requireOneOf(at("padding"), options.padding, ["valid", "same"]);
  const [height, width] = requirePair(at(options.sizeField), options.size);
  const [strideHeight, strideWidth] = requirePair(at("strides"), options.strides);
  if (padding === "valid" && (height > inHeight || width > inWidth)) {
    throw invalid(at(options.sizeField), `at most the input's ${inHeight}x${inWidth}`, `${height}x${width}`);
  }
  const vertical = along(inHeight, height, { stride: strideHeight, padding });
  const horizontal = along(inWidth, width, { stride: strideWidth, padding });
  const window: Window = {
    height,
    width,
    strideHeight,
    strideWidth,
    padding,
    padTop: vertical.before,
    padLeft: horizontal.before,
  };
  return { window, outputShape: [vertical.size, horizontal.size] };
}

/** Output size and zeros before the input along one axis, as in TensorFlow. */
function along(input: number, window: number, { stride, padding }: { stride: number; padding: Padding }) {
  if (padding === "valid") return { size: Math.floor((input - window) / stride) + 1, before: 0 };
  const size = Math.ceil(input / stride);
  const padded = Math.max(0, (size - 1) * stride + window - input);
  return { size, before: Math.floor(padded / 2) };
}
