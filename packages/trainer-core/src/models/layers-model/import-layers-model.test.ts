import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  model as createModel,
  input,
  layers as keras,
  type LayersModel,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { TrainerError } from "../../errors.js";
import { createPlanTrainer } from "../../plan/create-plan-trainer.js";
import type { ModelSpec } from "../model-spec.js";
import { resolveModel } from "../resolve-model.js";
import { exportLayersModel } from "./export-layers-model.js";
import { type ImportLayersModelOptions, importLayersModel } from "./import-layers-model.js";
import { testingModels, testingSamples, testingWeights } from "./testing-models.js";

beforeAll(() => {
  // Silences the library's advice on the console.
  tf.enableProdMode();
  return tf.setBackend("cpu");
});

/** What a model does, in its own words: layers without names that are made up on the way. */
function outlineOf(spec: ModelSpec) {
  const { layers, loss, weights } = resolveModel(spec);
  const types = (list: typeof layers): unknown[] =>
    list.flatMap((layer): unknown[] => {
      if (layer.type === "residual") return [[types(layer.layers), types(layer.shortcut)]];
      const activation = "activation" in layer && layer.activation !== "linear" ? [layer.activation] : [];
      return layer.type === "activation" ? activation : [layer.type, ...activation];
    });
  return {
    layers: types(layers),
    loss,
    weights: weights.map(({ name, shape, trainable }) => ({ name, shape, trainable })),
  };
}

/** The files that TensorFlow.js saves a model as. */
async function filesOf(model: LayersModel) {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  const { modelTopology, weightSpecs, weightData } = artifacts!;
  const modelJson = {
    format: "layers-model",
    modelTopology,
    weightsManifest: [{ paths: ["a"], weights: weightSpecs }],
  };
  return {
    modelJson: JSON.parse(JSON.stringify(modelJson)),
    bytes: new Uint8Array(weightData as ArrayBuffer),
  };
}

describe("importLayersModel", () => {
  it.each(Object.keys(testingModels))("gives back what was exported: %s", (name) => {
    const spec = testingModels[name]!;
    const { weights } = testingWeights(spec);
    const { modelJson, weightsBin } = exportLayersModel(spec, weights);
    const imported = importLayersModel(JSON.parse(JSON.stringify(modelJson)), weightsBin);
    expect(outlineOf(imported.spec)).toEqual(outlineOf(spec));
    expect(imported.weights).toEqual(weights);
    const again = exportLayersModel(imported.spec, imported.weights);
    expect(again.modelJson).toEqual(modelJson);
  });

  it("reads what TensorFlow.js saves, and predicts the same", async () => {
    const start = input({ shape: [6, 6, 2] });
    const conv = (filters: number) =>
      keras.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" });
    const first = conv(3).apply(start) as SymbolicTensor;
    const inside = keras.batchNormalization().apply(conv(3).apply(first)) as SymbolicTensor;
    const sum = keras.add().apply([first, inside]) as SymbolicTensor;
    const pooled = keras.globalAveragePooling2d({ dataFormat: "channelsLast" }).apply(sum);
    const normed = keras.layerNormalization({ axis: 1 }).apply(pooled);
    const output = keras.dense({ units: 4, activation: "softmax" }).apply(normed) as SymbolicTensor;
    const model = createModel({ inputs: start, outputs: output });
    const { modelJson, bytes } = await filesOf(model);
    const { spec, weights } = importLayersModel(modelJson, bytes);
    expect(spec.loss).toBe("softmaxCrossEntropy");
    const samples = testingSamples(resolveModel(spec));
    using trainer = createPlanTrainer(spec);
    const predicted = await trainer.predict(weights, samples);
    const expected = tf.tidy(() =>
      (model.predict(tf.tensor(samples.features as Float32Array, [6, 6, 6, 2])) as tf.Tensor).dataSync(),
    );
    model.dispose();
    expect(Math.max(...predicted.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
  });

  it("reads shards, half precision and quantised weights", () => {
    const json = exportLayersModel(
      { inputShape: [2], layers: [{ type: "dense", name: "d", units: 1 }], loss: "meanSquaredError" },
      Float32Array.of(0.5, -1, 2),
    ).modelJson;
    const weightsManifest = [
      {
        paths: ["a", "b"],
        weights: [
          {
            name: "d/kernel",
            shape: [2, 1],
            dtype: "float32",
            quantization: { dtype: "uint8", scale: 0.5, min: -1 },
          },
        ],
      },
      {
        paths: ["c"],
        weights: [
          {
            name: "d/bias",
            shape: [1],
            dtype: "float32",
            quantization: { dtype: "float16", original_dtype: "float32" },
          },
        ],
      },
    ];
    const shards = [Uint8Array.of(3), Uint8Array.of(0), Uint8Array.of(0, 0x40)];
    expect([...importLayersModel({ ...json, weightsManifest }, shards).weights]).toEqual([0.5, -1, 2]);
  });

  it("takes the loss from the end of the model, or from the caller", () => {
    const lossOf = (end: object, options?: ImportLayersModelOptions) => {
      const modelTopology = {
        class_name: "Sequential",
        config: [
          { class_name: "Dense", config: { name: "d", units: 2, batch_input_shape: [null, 1], ...end } },
        ],
      };
      const weightsManifest = [
        {
          weights: [
            { name: "d/kernel", shape: [1, 2], dtype: "float32" },
            { name: "d/bias", shape: [2], dtype: "float32" },
          ],
        },
      ];
      const { spec } = importLayersModel({ modelTopology, weightsManifest }, new Uint8Array(16), options);
      const last = spec.layers.at(-1);
      return [spec.loss, last?.type === "dense" ? (last.activation ?? "linear") : last?.type];
    };
    expect(lossOf({ activation: "softmax" })).toEqual(["softmaxCrossEntropy", "linear"]);
    expect(lossOf({ activation: "sigmoid" })).toEqual(["sigmoidCrossEntropy", "linear"]);
    expect(lossOf({})).toEqual(["meanSquaredError", "linear"]);
    expect(lossOf({}, { loss: "softmaxCrossEntropy" })).toEqual(["softmaxCrossEntropy", "linear"]);
    expect(lossOf({ activation: "sigmoid" }, { loss: "meanSquaredError" })).toEqual([
      "meanSquaredError",
      "sigmoid",
    ]);
    expect(() => lossOf({ activation: "softmax" }, { loss: "meanSquaredError" })).toThrow(
      'model.json: loss: expected softmaxCrossEntropy after a softmax, got "meanSquaredError"',
    );
  });

  it("leaves to TensorFlow.js what it does not know", async () => {
    const model = sequential({
      layers: [
        keras.embedding({ inputDim: 3, outputDim: 2, inputLength: 4 }),
        keras.flatten(),
        keras.dense({ units: 1 }),
      ],
    });
    const { modelJson, bytes } = await filesOf(model);
    model.dispose();
    expect(() => importLayersModel(modelJson, bytes)).toThrow(TrainerError);
    expect(() => importLayersModel(modelJson, bytes)).toThrow(/expected one of Dense, .* got "Embedding"/);
  });
});
