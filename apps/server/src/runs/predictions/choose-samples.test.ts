import { describe, expect, it } from "vitest";
import { chooseSamples } from "./choose-samples.js";
import { testingPart } from "./testing-part.js";

const part = testingPart([0.9, 1], [0.2, 1], [0.6, 0], [0.1, 0], [0.9, 0], [0.9, 1]);
const all = { filter: "all", sort: "index" } as const;

describe("samples are chosen", () => {
  it("by whether the model is right", () => {
    expect(chooseSamples(part, { ...all, filter: "mistakes" })).toEqual([1, 2, 4]);
    expect(chooseSamples(part, { ...all, filter: "correct" })).toEqual([0, 3, 5]);
  });

  it("by true class and by the predicted one, which makes a cell of the confusion matrix", () => {
    expect(chooseSamples(part, { ...all, label: 1 })).toEqual([0, 1, 5]);
    expect(chooseSamples(part, { ...all, predicted: 1 })).toEqual([0, 2, 4, 5]);
    expect(chooseSamples(part, { ...all, label: 0, predicted: 1 })).toEqual([2, 4]);
    expect(chooseSamples(part, { ...all, filter: "correct", label: 0, predicted: 1 })).toEqual([]);
  });

  it("worst first, or least certain first, equal ones as they stand in the data", () => {
    expect(chooseSamples(part, { filter: "all", sort: "loss" })).toEqual([4, 1, 2, 0, 3, 5]);
    expect(chooseSamples(part, { filter: "all", sort: "confidence" })).toEqual([2, 1, 0, 3, 4, 5]);
  });

  it("with what a diverged model says first", () => {
    const diverged = testingPart([0.1, 1], [Number.NaN, 1], [0.2, 1], [Number.NaN, 0]);
    for (const sort of ["loss", "confidence"] as const) {
      expect(chooseSamples(diverged, { filter: "all", sort }).slice(0, 2)).toEqual([1, 3]);
    }
  });
});
