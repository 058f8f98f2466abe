import { expect, it } from "vitest";
import { nextTurn, openTurns } from "./next-turn.js";

it("lets timers and messages that are due run first", async () => {
  let hasRun = false;
  setTimeout(() => {
    hasRun = true;
  });
  while (!hasRun) await nextTurn();
  expect(hasRun).toBe(true);
});

it("gives way only when it has been busy for a while", async () => {
  expect(openTurns({ everyMs: 1e9 })()).toBeUndefined();
  const takeTurns = openTurns({ everyMs: 0 });
  await expect(takeTurns()).resolves.toBeUndefined();
});
