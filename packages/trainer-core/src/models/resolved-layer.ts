import type { TensorRole } from "@fedloom/fl-strategy";
import type { Activation, Initializer, Padding } from "./model-spec.js";

/** A tensor of weights that a layer has. */
export interface WeightSpec {
  /** Layer and Keras's name for it, such as `dense_1/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole;
  /** False for statistics and frozen layers: no optimizer touches it. */
  readonly trainable: boolean;
  readonly initializer: Initializer;
  /** Values that feed one output, and outputs that one value feeds: what initializers scale by. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Size and place of a window that moves over height and width. */
export interface Window {
  readonly height: number;
  readonly width: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padding: Padding;
  /** Rows and columns of zeros before the input; those after it follow from the output's size. */
  readonly padTop: number;
  readonly padLeft: number;
}

interface Resolved {
  readonly name: string;
  /** Without the batch. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** In the order in which they lie in the flat vector. */
  readonly weights: readonly WeightSpec[];
}

/** A layer with every default filled in. */
export type ResolvedLayer = Resolved &
  (
    | {
        readonly type: "dense";
        readonly units: number;
        readonly activation: Activation;
        readonly useBias: boolean;
      }
    | {
        readonly type: "conv2d";
        readonly window: Window;
        readonly activation: Activation;
        readonly useBias: boolean;
      }
    | {
        readonly type: "depthwiseConv2d" | "separableConv2d";
        readonly window: Window;
        readonly activation: Activation;
        readonly useBias: boolean;
        readonly depthMultiplier: number;
      }
    | { readonly type: "maxPooling2d" | "averagePooling2d"; readonly window: Window }
    | { readonly type: "globalAveragePooling2d" | "globalMaxPooling2d" | "flatten" }
    | {
        readonly type: "batchNormalization";
        readonly center: boolean;
        readonly scale: boolean;
        readonly epsilon: number;
        readonly momentum: number;
        readonly isTrainable: boolean;
      }
    | {
        readonly type: "layerNormalization";
        readonly center: boolean;
        readonly scale: boolean;
        readonly epsilon: number;
        readonly over: "last" | "sample";
      }
    | { readonly type: "dropout"; readonly rate: number }
    | { readonly type: "activation"; readonly activation: Activation }
    | {
        readonly type: "residual";
        readonly layers: readonly ResolvedLayer[];
        readonly shortcut: readonly ResolvedLayer[];
      }
  );
