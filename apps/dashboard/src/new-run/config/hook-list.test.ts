import { expect, it } from "vitest";
import { moved, removed } from "./hook-list.js";

it("moves and removes entries, and leaves the list as it is where there is no such place", () => {
  const list = ["a", "b", "c"];
  expect(moved(list, 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(list, 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(list, 0, -1)).toBe(list);
  expect(moved(list, 2, 3)).toBe(list);
  expect(removed(list, 1)).toEqual(["a", "c"]);
});
