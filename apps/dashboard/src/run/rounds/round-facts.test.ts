import { expect, it } from "vitest";
import type { RoundView } from "../../live/run-view.js";
import { firstTold, missingFacts, withFacts } from "./round-facts.js";

const round = (number: number, about: Record<string, number>): RoundView => ({
  round: number,
  endedAt: "2026-11-20T10:00:00.000Z",
  fit: {},
  evaluation: {},
  metrics: {},
  about,
  spread: new Map(),
});

it("asks for rounds that the page has not heard, by the names that others tell", () => {
  const rounds = [round(1, {}), round(2, {}), round(3, { learning_rate: 0.1, "time/training_ms": 5 })];
  expect(missingFacts(rounds)).toEqual({ from: 1, to: 100, names: ["learning_rate", "time/training_ms"] });
});

it("asks for nothing of a run that was watched from its start", () => {
  expect(missingFacts([round(1, { learning_rate: 0.1 })])).toBeUndefined();
  const { endedAt: _, ...goingOn } = round(2, {});
  expect(missingFacts([round(1, { learning_rate: 0.1 }), goingOn])).toBeUndefined();
});

it("adds what storage told to what was heard, which wins", () => {
  const [first, second] = withFacts(
    [round(1, {}), round(2, { a: 1 })],
    new Map([
      [1, { a: 5 }],
      [2, { a: 9, b: 2 }],
    ]),
  );
  expect([first?.about, second?.about]).toEqual([{ a: 5 }, { a: 1, b: 2 }]);
});

it("asks no more often than every hundred rounds of a run that never tells anything", () => {
  const silent = [1, 2, 3, 4].map((number) => round(number, {}));
  expect(missingFacts(silent)).toEqual(missingFacts(silent.slice(0, 3)));
});

it("knows since when rounds tell what acted on them", () => {
  expect(firstTold([round(1, {}), round(2, { a: 1 })])).toBe(2);
  expect(firstTold([round(1, { a: 1 })])).toBeUndefined();
  expect(firstTold([round(1, {})])).toBeUndefined();
});
