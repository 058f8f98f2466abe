import { addN, type Scalar, type Tensor, type Tensor2D } from "@tensorflow/tfjs-core";
import { model as createModel, layers as keras, type LayersModel } from "@tensorflow/tfjs-layers";
import { TrainerError } from "../errors.js";
import type { Loss } from "../models/model-spec.js";
import { mix32 } from "../plan/dropout.js";
import { type KerasLayer, lossOf } from "./from-layers-model.js";
import { layersModelWeights } from "./layers-model-weights.js";
import type { Network, Pass } from "./network.js";
import { readTensors } from "./variables.js";

/**
 * Opens any `LayersModel` of one input and one row of outputs, known or not, on its own variables: training moves them.
 * Disposing of the network leaves the model as it is, with the weights that were computed with last.
 *
 * First weights are those that the model has now. Dropout follows the pass's key; other layers that draw random
 * numbers of their own do not, and then a run cannot be repeated.
 * @throws TrainerError `invalid_model` for several inputs or outputs, or an input without fixed size.
 */
export async function openLayersNetwork(
  layersModel: LayersModel,
  { loss: asked }: { loss?: Loss } = {},
): Promise<Network> {
  const { loss, final } = lossOf(layersModel, asked);
  const inputShape = sizesOf(layersModel, "input");
  const [numOutputs = 0, ...others] = sizesOf(layersModel, "output");
  if (others.length > 0) throw invalid("an output with one axis", `${others.length + 1}`);
  const { layout, variables, isTrainable } = layersModelWeights(layersModel);
  const first = await readTensors(variables, layout);
  const apply = final
    ? openLogits(layersModel)
    : (x: Tensor, training: boolean) => layersModel.apply(x, { training });
  const dropouts = allLayers(layersModel).filter(hasSeed);
  const isPenalized = allLayers(layersModel).some(({ losses }) => losses.length > 0);

  return {
    inputShape,
    numOutputs,
    loss,
    layout,
    variables,
    isTrainable,
    initialWeights: () => first.slice(),
    ...(isPenalized && { penalty: () => addN(layersModel.calculateLosses()) as Scalar }),
    run: (x, pass) => withSeeds(dropouts, pass, () => apply(x, pass.training) as Tensor2D),
    [Symbol.dispose]: () => {},
  };
}

/** The model without the softmax or sigmoid that it ends with. */
function openLogits(layersModel: LayersModel): (x: Tensor, training: boolean) => unknown {
  const output = layersModel.outputs[0] as LayersModel["outputs"][number];
  const last = output.sourceLayer;
  if (last.getClassName() !== "Dense") {
    const logits = last.inboundNodes[output.nodeIndex]?.inputTensors ?? [];
    const headless = createModel({ inputs: layersModel.inputs, outputs: logits });
    return (x, training) => headless.apply(x, { training });
  }
  const { activation: linear } = keras.dense({ units: 1, activation: "linear" }) as unknown as Activated;
  const dense = last as unknown as Activated;
  return (x, training) => {
    const { activation } = dense;
    dense.activation = linear;
    try {
      return layersModel.apply(x, { training });
    } finally {
      dense.activation = activation;
    }
  };
}

interface Activated {
  activation: unknown;
}

interface Seeded {
  seed: number | undefined;
}

function hasSeed(layer: KerasLayer): layer is KerasLayer & Seeded {
  return ["Dropout", "SpatialDropout1D"].includes(layer.getClassName());
}

/** Lets layers drop by the pass's key for once. */
function withSeeds<T>(layers: readonly Seeded[], { training, dropoutKey }: Pass, run: () => T): T {
  if (!training) return run();
  const own = layers.map(({ seed }) => seed);
  // 0 would be taken for none.
  for (const [i, layer] of layers.entries()) layer.seed = 1 + (mix32(dropoutKey, i) >>> 1);
  try {
    return run();
  } finally {
    for (const [i, layer] of layers.entries()) layer.seed = own[i];
  }
}

function allLayers(model: LayersModel): KerasLayer[] {
  return model.layers.flatMap((layer) => ("layers" in layer ? allLayers(layer as LayersModel) : [layer]));
}

/** Sizes of the only input or output, without the batch. */
function sizesOf(model: LayersModel, end: "input" | "output"): number[] {
  const [tensor, ...others] = end === "input" ? model.inputs : model.outputs;
  if (!tensor || others.length > 0) throw invalid(`one ${end}`, String(others.length + 1));
  return tensor.shape.slice(1).map((size) => {
    if (size === null) throw invalid(`an ${end} of fixed size`, `[${tensor.shape.join(", ")}]`);
    return size;
  });
}

function invalid(expected: string, received: string): TrainerError {
  return new TrainerError("invalid_model", `model: expected ${expected}, got ${received}`);
}
