import { describe, expect, it } from "vitest";
import { MAX_SELECTED, toggled, withAll, withRange } from "./selection.js";

const rows = ["a", "b", "c", "d"];

describe("choosing runs", () => {
  it("adds and takes away one", () => {
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  });

  it("adds all between two rows, whichever comes first", () => {
    expect(withRange(["d"], rows, { from: "a", to: "c" })).toEqual(["d", "a", "b", "c"]);
    expect(withRange([], rows, { from: "c", to: "b" })).toEqual(["b", "c"]);
  });

  it("takes one row where the other is not there any more", () => {
    expect(withRange([], rows, { from: undefined, to: "b" })).toEqual(["b"]);
    expect(withRange(["b"], rows, { from: "gone", to: "b" })).toEqual([]);
  });

  it("takes all of a page, or none of it, and keeps those of other pages", () => {
    expect(withAll(["x", "b"], rows)).toEqual(["x", "b", "a", "c", "d"]);
    expect(withAll(["x", ...rows], rows)).toEqual(["x"]);
  });

  it("has a bound", () => {
    const many = Array.from({ length: MAX_SELECTED + 5 }, (_, i) => `${i}`);
    expect(withAll([], many)).toHaveLength(MAX_SELECTED);
    expect(toggled(many.slice(0, MAX_SELECTED), "more")).toHaveLength(MAX_SELECTED);
  });
});
