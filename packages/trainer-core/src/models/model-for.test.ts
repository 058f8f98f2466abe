import { expect, it } from "vitest";
import { createBlobs } from "../data/synthetic-points.js";
import { createSyntheticXrays } from "../data/synthetic-xrays.js";
import { modelFor } from "./model-for.js";

const points = createBlobs({ seed: 1 });

it("takes a model that fits images or rows where none is named", () => {
  const xrays = createSyntheticXrays({ seed: 1, numTrain: 4, numVal: 2, numTest: 2 });
  expect(modelFor(xrays).definition.name).toBe("pneumonia-cnn");
  expect(modelFor(points)).toMatchObject({
    definition: { name: "tabular" },
    model: { inputShape: points.sampleShape, loss: "softmaxCrossEntropy" },
  });
});

it("gives the outputs and the loss that go with the task", () => {
  const { train } = points;
  const targets = new Float32Array(3 * train.numSamples);
  const withTargets = { ...points, train: { ...train, targets } };
  const numbers = modelFor({ ...withTargets, task: "regression" }, "mlp").model;
  expect([numbers.loss, numbers.layers.at(-1)]).toMatchObject(["meanSquaredError", { units: 3 }]);
  const labels = modelFor({ ...withTargets, task: "multi-label" }, "mlp").model;
  expect([labels.loss, labels.layers.at(-1)]).toMatchObject(["sigmoidCrossEntropy", { units: 3 }]);
});

it("names models that are not known", () => {
  expect(() => modelFor(points, "gpt")).toThrow(/model: expected one of .*mlp.*, got "gpt"/);
});
