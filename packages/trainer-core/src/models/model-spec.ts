/** What a layer applies to its result. */
export type Activation =
  | "linear"
  | "relu"
  | "relu6"
  | "leakyRelu"
  | "elu"
  | "selu"
  | "gelu"
  | "swish"
  | "sigmoid"
  | "tanh";

/** How initial weights are drawn: see `initialWeights`. */
export type Initializer = "glorotUniform" | "heNormal" | "heUniform" | "zeros" | "ones";

export type Padding = "valid" | "same";

/** One number for both axes, or height and width. */
export type Pair = number | readonly [height: number, width: number];

interface Named {
  /** Unique in the model and stable, since weights are known by it; default: type and place, such as `dense_3`. */
  readonly name?: string;
}

interface Weighted extends Named {
  /** `false` freezes the layer: it keeps its weights, as in transfer learning. Default true. */
  readonly trainable?: boolean;
  /** `true` keeps the layer's weights with each client: they are trained there and never sent. Default false. */
  readonly personal?: boolean;
}

interface Activated {
  /** Default `linear`. */
  readonly activation?: Activation;
}

interface Biased {
  /** Default true. */
  readonly useBias?: boolean;
}

interface Convolved extends Weighted, Activated, Biased {
  readonly kernelSize: Pair;
  /** Default 1. */
  readonly strides?: Pair;
  /** Default `valid`, as in Keras. */
  readonly padding?: Padding;
  /** Default `glorotUniform`. */
  readonly initializer?: Initializer;
}

interface Pooled extends Named {
  /** Default 2. */
  readonly poolSize?: Pair;
  /** Default: the pool size. */
  readonly strides?: Pair;
  /** Default `valid`. */
  readonly padding?: Padding;
}

interface Scaled extends Weighted {
  /** Learn an offset; default true. */
  readonly center?: boolean;
  /** Learn a factor; default true. */
  readonly scale?: boolean;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
}

/** One layer, with the names and defaults of Keras. */
export type LayerSpec =
  | (Weighted &
      Activated &
      Biased & { readonly type: "dense"; readonly units: number; readonly initializer?: Initializer })
  | (Convolved & { readonly type: "conv2d"; readonly filters: number })
  | (Convolved & { readonly type: "depthwiseConv2d"; readonly depthMultiplier?: number })
  | (Convolved & {
      readonly type: "separableConv2d";
      readonly filters: number;
      readonly depthMultiplier?: number;
    })
  | (Pooled & { readonly type: "maxPooling2d" })
  | (Pooled & { readonly type: "averagePooling2d" })
  | (Named & { readonly type: "globalAveragePooling2d" })
  | (Named & { readonly type: "globalMaxPooling2d" })
  /** `momentum` of the moving moments; default 0.99. */
  | (Scaled & { readonly type: "batchNormalization"; readonly momentum?: number })
  /** Over the last axis, or over the whole `sample`; default `last`. */
  | (Scaled & { readonly type: "layerNormalization"; readonly over?: "last" | "sample" })
  | (Named & { readonly type: "dropout"; readonly rate: number })
  | (Named & { readonly type: "flatten" })
  | (Named & { readonly type: "activation"; readonly activation: Activation })
  /** `layers(x) + shortcut(x)`; without a shortcut `layers(x) + x`. */
  | (Named & {
      readonly type: "residual";
      readonly layers: readonly LayerSpec[];
      readonly shortcut?: readonly LayerSpec[];
    });

export type LayerType = LayerSpec["type"];

/**
 * What training makes small, a mean over the samples:
 * - `softmaxCrossEntropy`: one class of several, one logit each
 * - `sigmoidCrossEntropy`: yes or no, or several labels at once; one logit each, mean over the logits as well
 * - `meanSquaredError`: numbers, mean over the outputs as well
 */
export type Loss = "softmaxCrossEntropy" | "sigmoidCrossEntropy" | "meanSquaredError";

/** A model in words: plain data that any engine can build. */
export interface ModelSpec {
  /** Of one sample: `[784]`, or height, width and channels. */
  readonly inputShape: readonly number[];
  /** Each takes the result of the one before it; the last one gives the logits, or the numbers themselves. */
  readonly layers: readonly LayerSpec[];
  /** Default `softmaxCrossEntropy`. */
  readonly loss?: Loss;
}
