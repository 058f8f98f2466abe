import { expect, it } from "vitest";
import { placeProblems } from "./place-problems.js";

it("puts problems to their fields, and says where they come from if that is another", () => {
  const problems = { seed: "No.", "augment.max_shift": "Too far.", quorum: "Too many.", "": "Anything." };
  expect(placeProblems(problems, ["seed", "augment"])).toEqual({
    shown: { seed: "No.", augment: "max_shift: Too far." },
    others: ["quorum: Too many.", "Anything."],
  });
});
