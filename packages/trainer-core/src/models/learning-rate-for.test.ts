import { fedAvg, scaffold } from "@fedloom/fl-strategy";
import { expect, it } from "vitest";
import { learningRateFor } from "./learning-rate-for.js";
import { findModel } from "./registry.js";

it("is another one for strategies whose clients take plain steps, where the model says so", () => {
  const { recommended: adam } = findModel("pneumonia-cnn");
  expect([learningRateFor(adam, fedAvg()), learningRateFor(adam, scaffold())]).toEqual([0.003, 0.1]);
  const { recommended: sgd } = findModel("mnist-cnn");
  expect([learningRateFor(sgd, fedAvg()), learningRateFor(sgd, scaffold())]).toEqual([0.05, 0.05]);
});
