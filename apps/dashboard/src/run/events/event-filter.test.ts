import { expect, it } from "vitest";
import { completedRun, createEventMaker } from "../../live/testing-events.js";
import { createMatcher, filterOf, isFiltering } from "./event-filter.js";

const EVENTS = completedRun(3);
const found = (query: string, events = EVENTS) =>
  events.filter(createMatcher(filterOf(new URLSearchParams(query))));

it("leaves nothing out unless it is told to", () => {
  expect(found("")).toEqual(EVENTS);
  expect(isFiltering(filterOf(new URLSearchParams("round=x&type=nothing")))).toBe(false);
});

it("finds by type, round, client and text, all of them at once", () => {
  expect(found("type=round_end&type=round_start")).toHaveLength(6);
  expect(found("round=2")).toHaveLength(7);
  expect(found("round=2&client=B").map(({ type }) => type)).toEqual([
    "round_start",
    "client_progress",
    "client_complete",
  ]);
  expect(found("round=2&client=b&q=100 images").map(({ type }) => type)).toEqual(["client_complete"]);
});

it("finds what went wrong, whatever the type", () => {
  const make = createEventMaker();
  const place = { round: 1, numSamples: 0, metrics: {}, durationMs: 0, bytesUp: 0, bytesDown: 0 };
  const wrong = [
    make("error", { error: "e", errorType: "training_error", fatal: false }),
    make("client_complete", { ...place, clientId: "a", status: "timeout" }),
    make("log", { level: "error", message: "m" }),
  ];
  expect(found("errors=1", [...EVENTS, ...wrong])).toEqual(wrong);
});
