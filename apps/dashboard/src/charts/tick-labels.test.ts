import { expect, it } from "vitest";
import { tickLabels } from "./tick-labels.js";

const rounded = (value: number | undefined) => (value ?? 0).toFixed(2);

it("writes ticks as values are written elsewhere", () => {
  expect(tickLabels([0.1, null, 0.2], rounded)).toEqual(["0.10", "", "0.20"]);
});

it("is more exact where neighbours would read the same", () => {
  const [one, other] = tickLabels([0.9811, 0.9812], rounded);
  expect(one).not.toBe(other);
});
