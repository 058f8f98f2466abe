import { expect, it } from "vitest";
import { mostLikely } from "./most-likely.js";

const labels = (probabilities: (number | null)[], most: number) =>
  mostLikely(probabilities, most).map(({ label }) => label);

it("keeps few classes in their order", () => {
  expect(mostLikely([0.2, null], 2)).toEqual([
    { label: 0, probability: 0.2 },
    { label: 1, probability: null },
  ]);
});

it("is the most likely of many, the first of equals first", () => {
  expect(labels([0.1, 0.5, 0.1, null, 0.3], 3)).toEqual([1, 4, 0]);
});
