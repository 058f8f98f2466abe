import { expect, it } from "vitest";
import { classPrior } from "./class-prior.js";

it("is the logarithm of each class's share, and finite where there is no sample", () => {
  const prior = classPrior(Uint8Array.of(1, 1, 1, 1, 1, 1, 0), 3);
  expect([...prior]).toEqual([2, 7, 1].map((count) => expect.closeTo(Math.log(count / 10), 6)));
});

it("counts chosen samples only", () => {
  const prior = classPrior(Uint8Array.of(0, 1, 1, 0), 2, Uint32Array.of(1, 2));
  expect([...prior]).toEqual([1, 3].map((count) => expect.closeTo(Math.log(count / 4), 6)));
});
