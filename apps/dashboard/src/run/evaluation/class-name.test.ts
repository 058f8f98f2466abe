import { expect, it } from "vitest";
import { classNameOf } from "./class-name.js";

it("calls a class by its name, or by its number", () => {
  expect(classNameOf(["normal", "pneumonia"], 1)).toBe("pneumonia");
  expect(classNameOf(["normal"], 2)).toBe("class 2");
  expect(classNameOf(undefined, 0)).toBe("class 0");
});
