import { describe, expect, it } from "vitest";
import type { LayerSpec } from "./model-spec.js";
import { resolveModel } from "./resolve-model.js";

const image = [8, 6, 3] as const;
const conv: LayerSpec = { type: "conv2d", filters: 4, kernelSize: 3 };

/** Shape of the result of the first of `layers`, in a model that ends as it must. */
function shapeAfter(layer: LayerSpec, inputShape: readonly number[] = image): readonly number[] {
  const layers: LayerSpec[] = [layer, { type: "flatten" }, { type: "dense", units: 2 }];
  return resolveModel({ inputShape, layers }).layers[0]?.outputShape ?? [];
}

function weightsOf(layer: LayerSpec, inputShape: readonly number[] = image) {
  const layers: LayerSpec[] = [layer, { type: "flatten" }];
  return resolveModel({ inputShape, layers }).weights;
}

describe("shapes", () => {
  it("follow windows, strides and padding as in TensorFlow", () => {
    expect(shapeAfter(conv)).toEqual([6, 4, 4]);
    expect(shapeAfter({ ...conv, padding: "same" })).toEqual([8, 6, 4]);
    expect(shapeAfter({ ...conv, padding: "same", strides: [3, 4] })).toEqual([3, 2, 4]);
    expect(shapeAfter({ ...conv, kernelSize: [5, 1], strides: 2 })).toEqual([2, 3, 4]);
    expect(shapeAfter({ type: "depthwiseConv2d", kernelSize: 3, depthMultiplier: 2 })).toEqual([6, 4, 6]);
    expect(shapeAfter({ type: "separableConv2d", kernelSize: 3, filters: 5 })).toEqual([6, 4, 5]);
    expect(shapeAfter({ type: "maxPooling2d" })).toEqual([4, 3, 3]);
    expect(shapeAfter({ type: "averagePooling2d", poolSize: 3, padding: "same" })).toEqual([3, 2, 3]);
    expect(shapeAfter({ type: "maxPooling2d", poolSize: [3, 2], strides: 1 })).toEqual([6, 5, 3]);
    expect(shapeAfter({ type: "globalMaxPooling2d" })).toEqual([3]);
    expect(shapeAfter({ type: "flatten" })).toEqual([144]);
    expect(shapeAfter({ type: "dropout", rate: 0.5 })).toEqual(image);
    expect(shapeAfter({ type: "activation", activation: "gelu" })).toEqual(image);
    expect(shapeAfter({ type: "layerNormalization" }, [5])).toEqual([5]);
  });

  it("put the odd zero of padding after the input", () => {
    const { layers } = resolveModel({
      inputShape: [8, 7, 1],
      layers: [{ ...conv, padding: "same", strides: 2 }, { type: "flatten" }],
    });
    expect(layers[0]).toMatchObject({
      window: { height: 3, width: 3, strideHeight: 2, strideWidth: 2, padTop: 0, padLeft: 1 },
    });
  });

  it("add up in residual blocks", () => {
    const block: LayerSpec = {
      type: "residual",
      layers: [{ ...conv, padding: "same", strides: 2 }],
      shortcut: [{ ...conv, kernelSize: 1, strides: 2, useBias: false }],
    };
    expect(shapeAfter(block)).toEqual([4, 3, 4]);
    expect(weightsOf(block).map(({ name }) => name)).toEqual([
      "conv2d_1/kernel",
      "conv2d_1/bias",
      "conv2d_2/kernel",
    ]);
  });
});

describe("defaults", () => {
  it("are those of Keras", () => {
    const { layers, loss, numOutputs } = resolveModel({
      inputShape: image,
      layers: [
        conv,
        { type: "batchNormalization" },
        { type: "layerNormalization" },
        { type: "maxPooling2d" },
        { type: "flatten" },
        { type: "dense", units: 3 },
      ],
    });
    expect({ loss, numOutputs }).toEqual({ loss: "softmaxCrossEntropy", numOutputs: 3 });
    expect(layers).toMatchObject([
      { activation: "linear", useBias: true, window: { padding: "valid", strideHeight: 1 } },
      { center: true, scale: true, epsilon: 0.001, momentum: 0.99, isTrainable: true },
      { center: true, scale: true, epsilon: 0.001, over: "last" },
      { window: { height: 2, width: 2, strideHeight: 2, strideWidth: 2, padding: "valid" } },
      { type: "flatten" },
      { units: 3, activation: "linear", useBias: true },
    ]);
  });

  it("name a layer by its type and place, named ones counted", () => {
    const dense: LayerSpec = { type: "dense", units: 2 };
    const { layers } = resolveModel({ inputShape: [2], layers: [dense, { ...dense, name: "mine" }, dense] });
    expect(layers.map(({ name }) => name)).toEqual(["dense_1", "mine", "dense_3"]);
  });
});

describe("weights", () => {
  it("have Keras's names, shapes and fans", () => {
    const same = { kernelSize: [3, 2], padding: "same" } as const;
    expect(weightsOf({ type: "conv2d", filters: 4, ...same })).toMatchObject([
      { name: "conv2d_1/kernel", shape: [3, 2, 3, 4], fanIn: 18, fanOut: 24, initializer: "glorotUniform" },
      { name: "conv2d_1/bias", shape: [4], initializer: "zeros" },
    ]);
    expect(weightsOf({ type: "separableConv2d", filters: 5, depthMultiplier: 2, ...same })).toMatchObject([
      { name: "separableConv2d_1/depthwise_kernel", shape: [3, 2, 3, 2], fanIn: 18, fanOut: 12 },
      { name: "separableConv2d_1/pointwise_kernel", shape: [1, 1, 6, 5], fanIn: 6, fanOut: 5 },
      { name: "separableConv2d_1/bias", shape: [5] },
    ]);
    expect(weightsOf({ type: "dense", units: 2, useBias: false, initializer: "heNormal" }, [7])).toEqual([
      {
        name: "dense_1/kernel",
        shape: [7, 2],
        role: "trainable",
        trainable: true,
        initializer: "heNormal",
        fanIn: 7,
        fanOut: 2,
      },
    ]);
    expect(weightsOf({ type: "layerNormalization", over: "sample", center: false })).toMatchObject([
      { name: "layerNormalization_1/gamma", shape: image, initializer: "ones" },
    ]);
  });

  it("belong to everybody, to nobody or to each client", () => {
    const rolesOf = (more: object) =>
      weightsOf({ type: "batchNormalization", scale: false, ...more }).map(
        ({ role, trainable }) => `${role} ${trainable}`,
      );
    expect(rolesOf({})).toEqual(["trainable true", "statistic false", "statistic false"]);
    expect(rolesOf({ trainable: false })).toEqual(["statistic false", "statistic false", "statistic false"]);
    expect(rolesOf({ personal: true })).toEqual(["private true", "private false", "private false"]);
    expect(rolesOf({ personal: true, trainable: false })).toEqual(Array(3).fill("private false"));
  });

  it("lie in the flat vector in the order of the layers", () => {
    const { layout, weights } = resolveModel({
      inputShape: image,
      layers: [conv, { type: "batchNormalization" }, { type: "flatten" }, { type: "dense", units: 2 }],
    });
    expect(layout.size).toBe(3 * 3 * 3 * 4 + 4 + 4 * 4 + 96 * 2 + 2);
    expect(layout.tensors.map(({ name }) => name)).toEqual(weights.map(({ name }) => name));
    expect(layout.tensors.map(({ role }) => role)).toEqual(weights.map(({ role }) => role));
  });
});
