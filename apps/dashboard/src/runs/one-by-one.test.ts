import { expect, it } from "vitest";
import { oneByOne } from "./one-by-one.js";

it("does each in turn, and tells what was refused", async () => {
  const done: number[] = [];
  const refusals = await oneByOne([1, 2, 3], async (item) => {
    if (item === 2) throw new Error("it still runs");
    done.push(item);
  });
  expect(done).toEqual([1, 3]);
  expect(refusals).toEqual([{ item: 2, reason: "it still runs" }]);
});
