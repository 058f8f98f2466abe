import { describe, expect, it } from "vitest";
import { TrainerError } from "../errors.js";
import type { LayerSpec, ModelSpec } from "./model-spec.js";
import { resolveModel } from "./resolve-model.js";

const image = [8, 6, 3] as const;
const conv: LayerSpec = { type: "conv2d", filters: 4, kernelSize: 3 };

/** Code and message of the refusal; any value may come from a file. */
function refusalOf(spec: unknown): string {
  try {
    resolveModel(spec as ModelSpec);
  } catch (error) {
    if (error instanceof TrainerError) return `${error.code}: ${error.message}`;
    return `not a TrainerError: ${error}`;
  }
  return "none";
}

const ofLayer = (layer: unknown, inputShape: unknown = image) => refusalOf({ inputShape, layers: [layer] });

describe("refusals", () => {
  it.each([
    ["layers: expected at least one layer, got none", { inputShape: [2], layers: [] }],
    [
      "layers: expected a last layer with one axis, such as dense, got shape [6, 4, 4]",
      { inputShape: image, layers: [conv] },
    ],
    [
      'loss: expected one of softmaxCrossEntropy, sigmoidCrossEntropy, meanSquaredError, got "hinge"',
      { inputShape: [2], layers: [{ type: "dense", units: 2 }], loss: "hinge" },
    ],
    ["inputShape: expected 1 to 3 integers >= 1, got [2,2,2,2]", { inputShape: [2, 2, 2, 2], layers: [] }],
    ["inputShape: expected 1 to 3 integers >= 1, got [0]", { inputShape: [0], layers: [] }],
    ["inputShape: expected 1 to 3 integers >= 1, got undefined", { layers: [] }],
    [
      "inputShape: expected at most 268435456 values, got [100000, 100000]",
      { inputShape: [1e5, 1e5], layers: [] },
    ],
    ["spec: expected an object, got null", null],
    ['layers: expected a list of at most 10000 layers, got "dense"', { inputShape: [2], layers: "dense" }],
    ["layers[0]: expected a layer, got null", { inputShape: [2], layers: [null] }],
  ])("%s", (message, spec) => {
    expect(refusalOf(spec)).toBe(`invalid_model: model: ${message}`);
  });

  const dense = { type: "dense", units: 2 };
  const residual = { type: "residual", layers: [conv] };
  it.each([
    ['layer "dense_1": units: expected an integer >= 1, got 0', { ...dense, units: 0 }, [2]],
    ['layer "dense_1": units: expected an integer >= 1, got "3"', { ...dense, units: "3" }, [2]],
    [
      'layer "dense_1": input: expected 1 axis (a flatten layer before it), got shape [8, 6, 3]',
      dense,
      image,
    ],
    [
      'layer "dense_1": activation: expected one of linear, relu, relu6, leakyRelu, elu, selu, gelu, swish, sigmoid, tanh, got "softmax"',
      { ...dense, activation: "softmax" },
      [2],
    ],
    [
      'layer "dense_1": initializer: expected one of glorotUniform, heNormal, heUniform, zeros, ones, got "orthogonal"',
      { ...dense, initializer: "orthogonal" },
      [2],
    ],
    ['layer "dense_1": useBias: expected true or false, got 0', { ...dense, useBias: 0 }, [2]],
    ['layer "dense_1": trainable: expected true or false, got "no"', { ...dense, trainable: "no" }, [2]],
    ['layer "dense_1": personal: expected true or false, got 1', { ...dense, personal: 1 }, [2]],
    [
      'layer "dense_1": output: expected at most 268435456 values, got [1000000000]',
      { ...dense, units: 1e9 },
      [2],
    ],
    [
      'name: expected a name of 1 to 100 letters, digits, ".", "_" and "-", got ""',
      { ...dense, name: "" },
      [2],
    ],
    [
      'name: expected a name of 1 to 100 letters, digits, ".", "_" and "-", got "a/b"',
      { ...dense, name: "a/b" },
      [2],
    ],
    [
      'name: expected a name of 1 to 100 letters, digits, ".", "_" and "-", got {"a":1}',
      { ...dense, name: { a: 1 } },
      [2],
    ],
    ['layer "conv2d_1": filters: expected an integer >= 1, got 1.5', { ...conv, filters: 1.5 }, image],
    [
      'layer "conv2d_1": kernelSize: expected a number or [height, width], got [3]',
      { ...conv, kernelSize: [3] },
      image,
    ],
    [
      'layer "conv2d_1": kernelSize: expected a number or [height, width], got undefined',
      { ...conv, kernelSize: undefined },
      image,
    ],
    [
      'layer "conv2d_1": kernelSize: expected at most the input\'s 8x6, got 9x1',
      { ...conv, kernelSize: [9, 1] },
      image,
    ],
    [
      'layer "conv2d_1": strides: expected an integer >= 1, got NaN',
      { ...conv, strides: [1, Number.NaN] },
      image,
    ],
    [
      'layer "conv2d_1": padding: expected one of valid, same, got "causal"',
      { ...conv, padding: "causal" },
      image,
    ],
    ['layer "conv2d_1": input: expected 3 axes, got shape [4]', conv, [4]],
    [
      'layer "depthwiseConv2d_1": depthMultiplier: expected an integer >= 1, got -1',
      { type: "depthwiseConv2d", kernelSize: 3, depthMultiplier: -1 },
      image,
    ],
    [
      'layer "maxPooling2d_1": poolSize: expected at most the input\'s 8x6, got 7x7',
      { type: "maxPooling2d", poolSize: 7 },
      image,
    ],
    [
      'layer "globalAveragePooling2d_1": input: expected 3 axes, got shape [8, 6]',
      { type: "globalAveragePooling2d" },
      [8, 6],
    ],
    [
      'layer "batchNormalization_1": momentum: expected a number in [0, 1], got 2',
      { type: "batchNormalization", momentum: 2 },
      image,
    ],
    [
      'layer "batchNormalization_1": epsilon: expected a number > 0, got 0',
      { type: "batchNormalization", epsilon: 0 },
      image,
    ],
    [
      'layer "layerNormalization_1": over: expected one of last, sample, got "batch"',
      { type: "layerNormalization", over: "batch" },
      image,
    ],
    ['layer "dropout_1": rate: expected a number in [0, 1), got 1', { type: "dropout", rate: 1 }, [2]],
    [
      'layer "residual_1": shortcut: expected shape [6, 4, 4], as the layers beside it, got [8, 6, 3]',
      residual,
      image,
    ],
    [
      'layer "residual_1": layers: expected at least one layer, got none',
      { type: "residual", layers: [] },
      image,
    ],
    [
      'layer "residual_1": shortcut: expected a list of at most 10000 layers, got {}',
      { ...residual, shortcut: {} },
      image,
    ],
    [
      'layer "lambda_1": type: expected one of dense, conv2d, depthwiseConv2d, separableConv2d, maxPooling2d, ' +
        "averagePooling2d, globalAveragePooling2d, globalMaxPooling2d, batchNormalization, layerNormalization, dropout, " +
        'flatten, activation, residual, got "lambda"',
      { type: "lambda" },
      [2],
    ],
    [
      'layer "dropout_1": fields: expected those among type, name, rate, got "p"',
      { type: "dropout", p: 0.5 },
      [2],
    ],
    [
      'layer "dense_1": fields: expected those among type, name, trainable, personal, units, activation, useBias, ' +
        'initializer, got "kernelInitializer"',
      { type: "dense", units: 2, kernelInitializer: "zeros" },
      [2],
    ],
  ])("%s", (message, layer, inputShape) => {
    expect(ofLayer(layer, inputShape)).toBe(`invalid_model: model: ${message}`);
  });

  it("of a field that no model has, and of what is no plain data", () => {
    const spec = { inputShape: [2], layers: [{ type: "dense", units: 2 }] };
    expect(refusalOf({ ...spec, los: "meanSquaredError" })).toBe(
      'invalid_model: model: fields: expected those among inputShape, layers, loss, got "los"',
    );
    expect(refusalOf({ ...spec, apply: () => undefined })).toBe(
      "invalid_model: model: spec: expected plain data, got a LayersModel of TensorFlow.js, which describeLayersModel puts into words",
    );
  });

  it("of a name that is taken, in a block as well", () => {
    const layers = [
      { ...conv, name: "one", padding: "same" },
      { type: "residual", layers: [{ type: "dropout", name: "one", rate: 0 }] },
    ];
    expect(refusalOf({ inputShape: image, layers })).toBe(
      'invalid_model: model: name: expected a name that no other layer has, got "one"',
    );
  });
});

describe("hostile models", () => {
  const dense: LayerSpec = { type: "dense", units: 2 };

  it("may have thousands of layers", () => {
    expect(resolveModel({ inputShape: [2], layers: Array(5_000).fill(dense) }).layout.size).toBe(30_000);
    expect(refusalOf({ inputShape: [2], layers: Array(10_001).fill(dense) })).toContain("at most 10000");
  });

  it("may not nest without end, not even in themselves", () => {
    const block: { type: "residual"; layers: unknown[] } = { type: "residual", layers: [] };
    block.layers.push(block);
    expect(ofLayer(block, [2])).toContain("expected at most 32 residual blocks in one another, got more");
    expect(ofLayer({ type: block }, [2])).toContain("invalid_model");
  });

  it("may not have more weights than memory", () => {
    const units = 2 ** 16;
    expect(refusalOf({ inputShape: [units], layers: [{ ...dense, units }] })).toBe(
      "invalid_model: model: layers: expected at most 536870912 weights, got 4295032832",
    );
  });
});
