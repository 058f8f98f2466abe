import { expect, it } from "vitest";
import type { RoundView } from "../../live/run-view.js";
import { clientsAtOnce, timeBars, timeParts } from "./time-parts.js";

const round = (number: number, about: Record<string, number>): RoundView => ({
  round: number,
  fit: {},
  evaluation: {},
  metrics: {},
  about,
  spread: new Map(),
});
const rounds = [1, 2, 3, 4, 5].map((number) =>
  round(number, {
    "time/evaluation_ms": 10,
    "time/training_ms": 100 * number,
    "time/clients_ms": 200 * number,
    "time/own_ms": 1,
    learning_rate: 0.1,
  }),
);

it("names what time is spent on, what it knows first, and leaves out what happens at the same time", () => {
  expect(timeParts(rounds).map(({ key, label }) => [key, label])).toEqual([
    ["training", "Training"],
    ["evaluation", "Evaluation"],
    ["own", "own"],
  ]);
});

it("has a bar for each round, or for several together where they are many", () => {
  const parts = timeParts(rounds);
  expect(timeBars(rounds, parts, 10)[1]).toEqual({ from: 2, to: 2, values: [200, 10, 1] });
  expect(timeBars(rounds, parts, 2)).toEqual([
    { from: 1, to: 3, values: [200, 10, 1] },
    { from: 4, to: 5, values: [450, 10, 1] },
  ]);
});

it("leaves out rounds that tell nothing of their time", () => {
  expect(timeBars([round(1, {}), ...rounds.slice(1, 2)], timeParts(rounds), 10)).toHaveLength(1);
});

it("knows how many clients trained at once", () => {
  expect(clientsAtOnce(rounds)).toBe(2);
  expect(clientsAtOnce([round(1, {})])).toBeUndefined();
});
