import { describe, expect, it } from "vitest";
import { slotsFor, styleOf } from "./line-style.js";

describe("the look of runs", () => {
  it("has eight colours, then dashes", () => {
    expect(styleOf(0)).toEqual({ colour: "series-1", dashed: false });
    expect(styleOf(7)).toEqual({ colour: "series-8", dashed: false });
    expect(styleOf(8)).toEqual({ colour: "series-1", dashed: true });
  });

  it("stays with a run when others come and go", () => {
    const first = slotsFor(new Map(), ["a", "b", "c"]);
    expect([...first]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
    const second = slotsFor(first, ["c", "b"]);
    expect([...second]).toEqual([
      ["c", 2],
      ["b", 1],
    ]);
    expect(slotsFor(second, ["d", "c", "b"]).get("d")).toBe(0);
  });
});
