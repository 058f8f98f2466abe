import { expect, it } from "vitest";
import { type LaneOrder, orderLanes } from "./lane-order.js";

const ids = ["site-10", "site-2", "Hospital", "site-1"];
const total = (numRejected: number, trainingMs: number) => ({
  numOk: 10 - numRejected,
  numRejected,
  numFailed: 0,
  numTimeout: 0,
  trainingMs,
});
const totals = new Map([
  ["site-10", total(3, 40)],
  ["site-2", total(3, 90)],
  ["Hospital", total(0, 70)],
]);
const ordered = (order: LaneOrder, search = "") =>
  [...orderLanes(ids, { order, search, totals })].map((lane) => ids[lane]);

it("orders clients by name as people count", () => {
  expect(ordered("name")).toEqual(["Hospital", "site-1", "site-2", "site-10"]);
});

it("puts those with problems, or the slowest, first, and those nothing is known of last", () => {
  expect(ordered("problems")).toEqual(["site-2", "site-10", "Hospital", "site-1"]);
  expect(ordered("slowest")).toEqual(["site-2", "Hospital", "site-10", "site-1"]);
});

it("finds clients by a part of their names, whatever its case", () => {
  expect(ordered("name", " HOSP")).toEqual(["Hospital"]);
  expect(ordered("name", "nobody")).toEqual([]);
});
