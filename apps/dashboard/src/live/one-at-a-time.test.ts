import { expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("works on what has come meanwhile once it is done, each once, also after a failure", async () => {
  const worked: string[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const add = oneAtATime((ids) => {
    worked.push([...ids]);
    return new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  });
  add(["a"]);
  add(["b", "c"]);
  add(["b"]);
  expect(worked).toEqual([["a"]]);
  ends[0]?.(new Error("no answer"));
  await turn();
  expect(worked).toEqual([["a"], ["b", "c"]]);
  ends[1]?.();
  await turn();
  add([]);
  expect(worked).toHaveLength(2);
  add(["a"]);
  expect(worked).toHaveLength(3);
});
