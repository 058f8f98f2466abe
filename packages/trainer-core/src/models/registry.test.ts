import { describe, expect, it } from "vitest";
import type { ModelInput } from "./model.js";
import { smallResnetSpec } from "./named/small-resnet.js";
import { findModel, modelNames } from "./registry.js";
import { resolveModel } from "./resolve-model.js";

const grey = { sampleShape: [28, 28, 1], numOutputs: 2 };
const digits = { sampleShape: [28, 28, 1], numOutputs: 10 };
const row = { sampleShape: [30], numOutputs: 2 };

const sizeOf = (name: string, input: ModelInput) => resolveModel(findModel(name).build(input)).layout.size;

describe("findModel", () => {
  it("has models of the published sizes", () => {
    expect(sizeOf("mnist-2nn", digits)).toBe(199_210);
    expect(sizeOf("mnist-cnn", digits)).toBe(1_663_370);
    expect(sizeOf("mlp", digits)).toBe(101_770);
    expect(sizeOf("logistic-regression", row)).toBe(62);
    expect(sizeOf("pneumonia-cnn", grey)).toBe(13_250);
  });

  it.each(modelNames)("%s takes images or rows, or says what it takes", (name) => {
    const { build, recommended, title } = findModel(name);
    expect(title.length).toBeGreaterThan(2);
    expect(recommended.learningRate).toBeGreaterThan(0);
    const input = name === "tabular" ? row : digits;
    const model = resolveModel(build(input));
    expect(model.numOutputs).toBe(input.numOutputs);
    expect(new Set(model.weights.map(({ name }) => name)).size).toBe(model.weights.length);
    expect(resolveModel(build({ ...input, numOutputs: 1, loss: "sigmoidCrossEntropy" })).loss).toBe(
      "sigmoidCrossEntropy",
    );
    expect(() => build({ ...input, numOutputs: 1 })).toThrow(
      `model ${name}: numOutputs: expected an integer >= 2 for softmaxCrossEntropy, got 1`,
    );
  });

  it("refuses samples that a model cannot take", () => {
    const refusals = (name: string, sampleShape: number[]) => () =>
      findModel(name).build({ ...digits, sampleShape });
    const image = "sampleShape: expected [height, width, channels], both sides at least 4, got";
    for (const name of ["mnist-cnn", "pneumonia-cnn", "small-resnet"]) {
      expect(refusals(name, [30])).toThrow(`model ${name}: ${image} [30]`);
      expect(refusals(name, [3, 28, 1])).toThrow(`model ${name}: ${image} [3, 28, 1]`);
      expect(refusals(name, [4, 4, 3])).not.toThrow();
    }
    expect(refusals("tabular", [28, 28, 1])).toThrow(
      "model tabular: sampleShape: expected [features], got [28, 28, 1]",
    );
  });

  it("lists the models it has for a name that it has not", () => {
    expect(() => findModel("resnet-152")).toThrow(
      'model: expected one of pneumonia-cnn, logistic-regression, mlp, mnist-2nn, mnist-cnn, small-resnet, tabular, got "resnet-152"',
    );
    expect(() => findModel("__proto__")).toThrow("model: expected one of");
  });

  it("builds a residual network with batch norm on demand", () => {
    const { weights } = resolveModel(smallResnetSpec(digits, { norm: "batch" }));
    expect(weights.filter(({ role }) => role === "statistic").length).toBe(14);
    const withLayerNorm = resolveModel(smallResnetSpec(digits)).weights;
    expect(withLayerNorm.filter(({ role }) => role !== "trainable")).toEqual([]);
  });
});
