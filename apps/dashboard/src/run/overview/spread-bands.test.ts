import { expect, it } from "vitest";
import { reduceEvents } from "../../live/reduce-events.js";
import { emptyView } from "../../live/run-view.js";
import { completedRun } from "../../live/testing-events.js";
import { isSpreadMissing, spreadBands, spreadByRound } from "./spread-bands.js";

const { rounds } = reduceEvents(emptyView, completedRun(2));
const stored = (round: number, numClients = 3) => ({
  round,
  numClients,
  numNotFinite: 0,
  min: 1,
  p10: 2,
  median: 3,
  p90: 4,
  max: 5,
  minClientId: "low",
  maxClientId: "high",
});

it("takes each round from where more of its clients were heard", () => {
  const merged = spreadByRound(rounds, "train_loss", [stored(1), stored(2, 1), stored(7)]);
  expect(merged.map(({ round, numClients }) => [round, numClients])).toEqual([
    [1, 3],
    [2, 2],
    [7, 3],
  ]);
});

it("draws all clients and most of them, and nothing of single ones", () => {
  const [all, most] = spreadBands([stored(1), stored(2)]);
  expect([all?.x, all?.low, all?.high, most?.low, most?.high]).toEqual([
    [1, 2],
    [1, 1],
    [5, 5],
    [2, 2],
    [4, 4],
  ]);
  expect(spreadBands([stored(1, 1)])).toEqual([]);
});

it("knows when storage must be asked", () => {
  expect(isSpreadMissing(rounds, "train_loss")).toBe(false);
  expect(isSpreadMissing(rounds, "train_accuracy")).toBe(true);
});
