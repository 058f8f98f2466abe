import { expect, it } from "vitest";
import { reduceEvents } from "../../live/reduce-events.js";
import { emptyView } from "../../live/run-view.js";
import { completedRun, createEventMaker } from "../../live/testing-events.js";
import { runMarks } from "./run-marks.js";

it("marks the best round, errors together by round, and the early end", () => {
  const make = createEventMaker("other");
  const error = () => ({
    ...make("error", { error: "kept", errorType: "round_kept", fatal: false }),
    timestamp: "2026-11-20T11:00:00.000Z",
  });
  const view = reduceEvents(emptyView, [
    ...completedRun(4),
    error(),
    error(),
    make("early_stopping", {
      round: 4,
      bestMetricValue: 0.9,
      metricName: "val_auroc",
      patience: 3,
      reason: "no better",
    }),
  ]);
  expect(runMarks(view)).toEqual([
    { x: 4, label: "best", tone: "info" },
    { x: 4, label: "stopped early", tone: "warn" },
    { x: 4, label: "2 errors", tone: "bad" },
  ]);
});

it("marks where a later start went on", () => {
  const attempts = new Map([["second", { attempt: 2, resumedFrom: 7 }]]);
  expect(runMarks({ ...emptyView, attempts })).toEqual([{ x: 7, label: "resumed (start 2)", tone: "info" }]);
});

it("has nothing to mark in a run that has just begun", () => {
  expect(runMarks(reduceEvents(emptyView, completedRun(1)))).toEqual([]);
});
