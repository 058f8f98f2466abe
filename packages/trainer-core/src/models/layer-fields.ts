import type { LayerSpec, LayerType } from "./model-spec.js";

type Fields = { readonly [Type in LayerType]: readonly (keyof Extract<LayerSpec, { type: Type }>)[] };

const named = ["type", "name"] as const;
const weighted = [...named, "trainable", "personal"] as const;
const scaled = [...weighted, "center", "scale", "epsilon"] as const;
const convolved = [
  ...weighted,
  "activation",
  "useBias",
  "kernelSize",
  "strides",
  "padding",
  "initializer",
] as const;
const pooled = [...named, "poolSize", "strides", "padding"] as const;

/** What may be said of each kind of layer: a field that nobody reads would be a wish that nobody hears. */
export const layerFields: Fields = {
  dense: [...weighted, "units", "activation", "useBias", "initializer"],
  conv2d: [...convolved, "filters"],
  depthwiseConv2d: [...convolved, "depthMultiplier"],
  separableConv2d: [...convolved, "filters", "depthMultiplier"],
  maxPooling2d: pooled,
  averagePooling2d: pooled,
  globalAveragePooling2d: named,
  globalMaxPooling2d: named,
  batchNormalization: [...scaled, "momentum"],
  layerNormalization: [...scaled, "over"],
  dropout: [...named, "rate"],
  flatten: named,
  activation: [...named, "activation"],
  residual: [...named, "layers", "shortcut"],
};
