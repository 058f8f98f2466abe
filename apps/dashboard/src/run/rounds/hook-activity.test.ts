import { expect, it } from "vitest";
import type { RoundView } from "../../live/run-view.js";
import { hookActivities } from "./hook-activity.js";

const round = (number: number, about: Record<string, number>): RoundView => ({
  round: number,
  fit: {},
  evaluation: {},
  metrics: {},
  about,
  spread: new Map(),
});

it("tells what each hook did, from its verdicts and counters", () => {
  const rounds = [
    round(1, {
      "hooks/clip/verdict": 1,
      "hooks/clip/duration_ms": 2,
      "hooks/clip/calls": 5,
      "hooks/clip/clipped": 3,
    }),
    round(2, {
      "hooks/clip/verdict": 0,
      "hooks/clip/duration_ms": 4,
      "hooks/clip/calls": 5,
      "hooks/clip/clipped": 0,
    }),
  ];
  const [clip] = hookActivities(rounds);
  expect(clip).toMatchObject({
    name: "clip",
    numByVerdict: { passed: 1, replaced: 1, refused: 0, threw: 0 },
    latest: "passed",
    duration: { total: 6, latest: 4 },
  });
  expect(clip?.counters.map(({ name, total, x }) => [name, total, x])).toEqual([
    ["calls", 10, [1, 2]],
    ["clipped", 3, [1, 2]],
  ]);
});

it("leaves out counters of what never happened, and takes any name of a hook", () => {
  const [own, ...others] = hookActivities([
    round(1, { "hooks/my/own hook/calls": 1, "hooks/my/own hook/threw": 0, "hooks/my/own hook/verdict": 9 }),
  ]);
  expect(others).toEqual([]);
  expect(own).toMatchObject({ name: "my/own hook", latest: undefined, duration: undefined });
  expect(own?.counters.map(({ name }) => name)).toEqual(["calls"]);
});
