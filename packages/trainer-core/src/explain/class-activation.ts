import * as tf from "@tensorflow/tfjs-core";
import { openBackend } from "../engine/open-backend.js";
import type { ModelSpec } from "../models/model-spec.js";
import { asResolved, type ResolvedLayer, type ResolvedModel } from "../models/resolve-model.js";
import { openResolvedNetwork } from "../tfjs/resolved-network.js";
import { writeVariables } from "../tfjs/variables.js";

/** Shows where in an image a model sees a class. */
export interface ClassActivation extends Disposable {
  /** Of a map: those of the feature maps that it is made of. */
  readonly height: number;
  readonly width: number;
  /**
   * How much each place speaks for a class (above 0) or against it: one map of height x width for each image, one after
   * the other. `images` are values as the model takes them, numImages x its input; `classes` says for each image which
   * class it is about.
   */
  mapsOf(images: Float32Array, classes: ArrayLike<number>): Promise<Float32Array>;
}

/** Images at once: their feature maps lie in memory together. */
const BATCH = 16;

/**
 * Opens a model to be asked where it sees a class: Grad-CAM without its last ReLU (Selvaraju et al., "Grad-CAM", 2017,
 * section 3) at the last feature maps that are not pooled. Where a mean of each map and one dense layer come after them,
 * this is the class activation map itself, exactly (Zhou et al., "Learning Deep Features for Discriminative Localization",
 * 2016, section 2): its values and the bias add up to the class's logit.
 *
 * Undefined for a model that looks at no image, or has no convolution.
 * @throws TrainerError `invalid_option` for weights of another size, `engine_unavailable`
 */
export async function openClassActivation(
  spec: ModelSpec | ResolvedModel,
  weights: Float32Array,
): Promise<ClassActivation | undefined> {
  const model = asResolved(spec);
  const { layers, inputShape, numOutputs } = model;
  const numBefore = findFeatureMaps(layers);
  const maps = layers[numBefore - 1];
  if (!maps) return undefined;
  const [height = 0, width = 0] = maps.outputShape;
  const backend = await openBackend("wasm");
  backend.use();
  const network = openResolvedNetwork(model);
  writeVariables(network.variables, weights, model.layout);
  const [before, after] = [layers.slice(0, numBefore), layers.slice(numBefore)];

  function mapsOf(images: Float32Array, classes: number[]): tf.Tensor {
    return tf.tidy(() => {
      const x = tf.tensor(images, [classes.length, ...inputShape]);
      const features = network.runLayers(before, x);
      const wanted = tf.cast(tf.oneHot(tf.tensor1d(classes, "int32"), numOutputs), "float32");
      const scores = (values: tf.Tensor) => tf.sum(tf.mul(network.runLayers(after, values), wanted));
      const importance = tf.mean(tf.grad(scores)(features), [1, 2], true);
      return tf.sum(tf.mul(features, importance), 3);
    });
  }

  return {
    height,
    width,
    async mapsOf(images, classes) {
      backend.use();
      const size = images.length / classes.length;
      const result = new Float32Array(classes.length * height * width);
      for (let from = 0; from < classes.length; from += BATCH) {
        const some = Array.from(classes).slice(from, from + BATCH);
        const found = mapsOf(images.slice(from * size, (from + some.length) * size), some);
        result.set((await found.data()) as Float32Array, from * height * width);
        found.dispose();
      }
      return result;
    },
    [Symbol.dispose]: () => network[Symbol.dispose](),
  };
}

/** How many of the layers make the feature maps; 0 if there are none. */
function findFeatureMaps(layers: readonly ResolvedLayer[]): number {
  let last = layers.findLastIndex(({ outputShape }) => outputShape.length === 3);
  // Before it was pooled a map has more places to point at.
  while (last >= 0 && layers[last]?.type.endsWith("Pooling2d")) last -= 1;
  return layers.slice(0, last + 1).some(isConvolution) ? last + 1 : 0;
}

function isConvolution(layer: ResolvedLayer): boolean {
  if (layer.type === "residual") return [...layer.layers, ...layer.shortcut].some(isConvolution);
  return layer.type.toLowerCase().endsWith("conv2d");
}
