import { expect, it } from "vitest";
import { predictedPart } from "./predicted-part.js";
import { showSamples } from "./show-samples.js";
import { testingPart } from "./testing-part.js";

const bytes = (base64 = "") => [...Buffer.from(base64, "base64")];

it("tells of rows what the model says, and null for NaN", async () => {
  const part = testingPart([0.75, 1], [Number.NaN, 1]);
  const options = { part, sampleShape: [1], activation: undefined, activationOf: "predicted" } as const;
  expect(await showSamples([1, 0], options)).toEqual([
    { index: 1, label: 1, predicted: 0, probabilities: [null, null], confidence: null, loss: null },
    {
      index: 0,
      label: 1,
      predicted: 1,
      probabilities: [0.25, 0.75],
      confidence: 0.75,
      loss: expect.closeTo(-Math.log(0.75), 6),
    },
  ]);
});

it("shows images as bytes, and what speaks for the class that is asked about", async () => {
  const features = Float32Array.of(0, 0.5, 1, 2, -1, 0.2, 0.4, 0.6);
  const samples = { numSamples: 2, features, labels: Uint8Array.of(0, 1) };
  const part = predictedPart(samples, Float32Array.of(0.9, 0.1, 0.2, 0.8), 2);
  const asked: number[] = [];
  const activation = {
    height: 1,
    width: 1,
    mapsOf: async (_: Float32Array, classes: ArrayLike<number>) => {
      asked.push(...Array.from(classes));
      return Float32Array.of(3, -1);
    },
    [Symbol.dispose]: () => undefined,
  };
  const options = { part, sampleShape: [2, 2, 1], activation };
  const shown = await showSamples([0, 1], { ...options, activationOf: "predicted" });
  expect(shown.map(({ pixels }) => bytes(pixels))).toEqual([
    [0, 128, 255, 255],
    [0, 51, 102, 153],
  ]);
  expect(shown.map((sample) => [sample.activation?.label, bytes(sample.activation?.pixels)])).toEqual([
    [0, [255, 255, 255, 255]],
    [1, [0, 0, 0, 0]],
  ]);
  await showSamples([0, 1], { ...options, activationOf: 1 });
  expect(asked).toEqual([0, 1, 1, 1]);
});
