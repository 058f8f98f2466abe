import { describe, expect, it } from "vitest";
import type { Activation, LayerSpec, Loss, ModelSpec } from "../models/model-spec.js";
import { createPlanTrainer } from "./create-plan-trainer.js";
import { gradientError, TOLERANCE } from "./testing-gradients.js";

/** Between two layers with weights, so that the gradient of its input is checked as well as its own. */
function around(layer: LayerSpec | readonly LayerSpec[], inputShape: readonly number[]): ModelSpec {
  const first: LayerSpec =
    inputShape.length === 3
      ? { type: "conv2d", filters: inputShape[2] ?? 1, kernelSize: 1 }
      : { type: "dense", units: inputShape[0] ?? 1 };
  const layers = [layer].flat();
  return { inputShape, layers: [first, ...layers, { type: "flatten" }, { type: "dense", units: 3 }] };
}

async function expectRightGradient(spec: ModelSpec, numSamples?: number) {
  const { error, largest } = await gradientError((model) => createPlanTrainer(model), spec, numSamples);
  expect(largest).toBeGreaterThan(1e-3);
  expect(error).toBeLessThan(TOLERANCE);
}

const image = [6, 5, 3];

describe("gradients of the plan, against finite differences", () => {
  const activations: Activation[] = ["linear", "relu", "relu6", "leakyRelu", "elu", "selu"];
  activations.push("gelu", "swish", "sigmoid", "tanh");

  it.each(activations)("dense with %s, and %s as a layer", async (activation) => {
    await expectRightGradient(around({ type: "dense", units: 5, activation }, [7]));
    const layerNorm: LayerSpec = { type: "layerNormalization" };
    await expectRightGradient(around([layerNorm, { type: "activation", activation }], [7]));
  });

  it("dense without bias, for any width", async () => {
    for (const units of [1, 2, 4, 6, 9]) {
      await expectRightGradient(around({ type: "dense", units, activation: "tanh", useBias: false }, [5]));
      await expectRightGradient(around({ type: "dense", units: 8 * units, activation: "relu" }, [3]));
    }
  });

  const windows = [
    { kernelSize: 3 },
    { kernelSize: 3, padding: "same" },
    { kernelSize: [2, 3], strides: [2, 1], padding: "same" },
    { kernelSize: [3, 2], strides: 2 },
    { kernelSize: 5, strides: 3, padding: "same" },
    { kernelSize: 1, strides: 2 },
    { kernelSize: [6, 5] },
  ] as const;

  it.each(windows)("conv2d %j", async (window) => {
    await expectRightGradient(around({ type: "conv2d", filters: 2, ...window }, image));
    const smooth = { type: "conv2d", filters: 4, activation: "swish", ...window } as const;
    await expectRightGradient(around(smooth, [6, 5, 1]), 2);
  });

  it.each(windows)("depthwiseConv2d %j", async (window) => {
    await expectRightGradient(around({ type: "depthwiseConv2d", ...window }, image));
    const two = { type: "depthwiseConv2d", depthMultiplier: 2, activation: "tanh", ...window } as const;
    await expectRightGradient(around(two, image), 2);
  });

  it.each(windows)("separableConv2d %j", async (window) => {
    const layer = { type: "separableConv2d", filters: 2, activation: "relu", ...window } as const;
    await expectRightGradient(around({ ...layer, depthMultiplier: 2 }, [6, 5, 2]), 2);
  });

  const pools = [
    {},
    { poolSize: 3, strides: 2 },
    { poolSize: 3, strides: 2, padding: "same" },
    { poolSize: 2, padding: "same" },
    { poolSize: [1, 2], strides: [1, 1] },
    { poolSize: 2, strides: 3 },
    { poolSize: [3, 5], padding: "same" },
  ] as const;

  it.each(pools)("pooling %j", async (pool) => {
    for (const type of ["maxPooling2d", "averagePooling2d"] as const) {
      await expectRightGradient(around({ type, ...pool }, image));
      await expectRightGradient(around({ type, ...pool }, [6, 6, 4]), 2);
    }
  });

  it("max pooling behind relu, which it takes back itself", async () => {
    for (const activation of ["relu", "relu6"] as const) {
      const conv = { type: "conv2d", filters: 5, kernelSize: 2, activation } as const;
      await expectRightGradient(around([conv, { type: "maxPooling2d", poolSize: 3, strides: 1 }], image), 2);
      await expectRightGradient(around([conv, { type: "maxPooling2d" }], image));
      await expectRightGradient(around([{ ...conv, useBias: false }, { type: "maxPooling2d" }], image));
      await expectRightGradient(around([{ ...conv, trainable: false }, { type: "maxPooling2d" }], image));
      const separable = { ...conv, type: "separableConv2d" } as const;
      await expectRightGradient(around([separable, { type: "globalMaxPooling2d" }], image));
    }
  });

  it("global pooling", async () => {
    await expectRightGradient(around({ type: "globalMaxPooling2d" }, image));
    await expectRightGradient(around({ type: "globalAveragePooling2d" }, image));
  });

  const scalings = [
    {},
    { center: false },
    { scale: false },
    { center: false, scale: false },
    { epsilon: 0.1 },
  ];

  it.each(scalings)("normalisation %j", async (scaling) => {
    for (const shape of [image, [5]]) {
      await expectRightGradient(around({ type: "batchNormalization", ...scaling }, shape), 6);
      await expectRightGradient(around({ type: "layerNormalization", ...scaling }, shape));
      await expectRightGradient(around({ type: "layerNormalization", over: "sample", ...scaling }, shape));
    }
  });

  it("frozen batch normalisation, which uses the moving moments", async () => {
    await expectRightGradient(around({ type: "batchNormalization", trainable: false }, image));
  });

  it("dropout, the same values dropped each time", async () => {
    await expectRightGradient(around({ type: "dropout", rate: 0.4 }, [9]));
  });

  it("residual blocks", async () => {
    const conv = { type: "conv2d", filters: 3, kernelSize: 3, padding: "same", activation: "tanh" } as const;
    const norm = { type: "layerNormalization" } as const;
    const swish = { type: "activation", activation: "swish" } as const;
    await expectRightGradient(around([{ type: "residual", layers: [conv] }, swish], image), 2);
    await expectRightGradient(around({ type: "residual", layers: [swish], shortcut: [norm] }, image), 2);
    const inner = { type: "residual", layers: [norm, swish] } as const;
    const shortcut = [{ type: "conv2d", filters: 3, kernelSize: 1 }] as const;
    await expectRightGradient(around({ type: "residual", layers: [conv, inner], shortcut }, image), 2);
    const first: LayerSpec[] = [{ type: "residual", layers: [conv], shortcut }, { type: "flatten" }];
    await expectRightGradient({ inputShape: image, layers: [...first, { type: "dense", units: 2 }] }, 2);
  });

  it.each<Loss>(["softmaxCrossEntropy", "sigmoidCrossEntropy", "meanSquaredError"])(
    "%s, for any number of outputs",
    async (loss) => {
      for (const units of [2, 4, 7]) {
        await expectRightGradient({ inputShape: [5], layers: [{ type: "dense", units }], loss });
      }
      if (loss === "softmaxCrossEntropy") return;
      await expectRightGradient({ inputShape: [5], layers: [{ type: "dense", units: 1 }], loss });
    },
  );
});
