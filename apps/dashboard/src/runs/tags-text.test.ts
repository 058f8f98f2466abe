import { expect, it } from "vitest";
import { tagsOf, textOfTags } from "./tags-text.js";

it("reads tags between commas, each once", () => {
  expect(tagsOf(" a, b c ,,a,")).toEqual(["a", "b c"]);
  expect(tagsOf("")).toEqual([]);
  expect(tagsOf(textOfTags(["x", "y z"]))).toEqual(["x", "y z"]);
});
