import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { createPlanTrainer } from "../../plan/create-plan-trainer.js";
import { type ExportedLayersModel, exportLayersModel } from "./export-layers-model.js";
import { testingModels, testingSamples, testingWeights } from "./testing-models.js";

/** Reads the files as `tf.loadLayersModel` does after it has fetched them. */
function load({ modelJson, weightsBin }: ExportedLayersModel): Promise<LayersModel> {
  const { modelTopology, weightsManifest, format } = JSON.parse(JSON.stringify(modelJson));
  const weightSpecs = weightsManifest[0].weights;
  return loadLayersModel(
    tf.io.fromMemory({ format, modelTopology, weightSpecs, weightData: weightsBin.buffer }),
  );
}

beforeAll(() => {
  // Silences the library's advice on the console.
  tf.enableProdMode();
  return tf.setBackend("cpu");
});

describe("exportLayersModel", () => {
  it.each(Object.keys(testingModels))(
    "writes what TensorFlow.js predicts the same with: %s",
    async (name) => {
      const spec = testingModels[name]!;
      const { model, weights } = testingWeights(spec);
      const samples = testingSamples(model);
      using trainer = createPlanTrainer(model);
      const expected = await trainer.predict(weights, samples);
      const loaded = await load(exportLayersModel(spec, weights));
      const input = tf.tensor(samples.features as Float32Array, [samples.numSamples, ...model.inputShape]);
      const predicted = (loaded.predict(input) as tf.Tensor).dataSync();
      loaded.dispose();
      input.dispose();
      const differences = Array.from(expected, (value, i) => Math.abs(value - (predicted[i] as number)));
      expect(predicted.length).toBe(expected.length);
      expect(Math.max(...differences)).toBeLessThan(1e-5);
      if (spec.loss !== "meanSquaredError") expect(Math.min(...predicted)).toBeGreaterThan(0);
    },
  );

  it("is sequential unless there are residual blocks", () => {
    const classOf = (name: string) => {
      const { weights } = testingWeights(testingModels[name]!);
      return exportLayersModel(testingModels[name]!, weights).modelJson.modelTopology.class_name;
    };
    expect([classOf("dense"), classOf("residuals")]).toEqual(["Sequential", "Model"]);
  });

  it("freezes what is frozen", async () => {
    const { weights } = testingWeights(testingModels.dense!);
    const loaded = await load(exportLayersModel(testingModels.dense!, weights));
    expect(loaded.trainableWeights.map(({ originalName }) => originalName)).toEqual([
      "dense_1/kernel",
      "dense_1/bias",
      "dense_2/kernel",
      "dense_4/kernel",
      "dense_4/bias",
    ]);
    loaded.dispose();
  });

  it("refuses weights of another model", () => {
    expect(() => exportLayersModel(testingModels.dense!, new Float32Array(3))).toThrow(
      "weights: length: expected 147 values, got 3",
    );
  });
});
