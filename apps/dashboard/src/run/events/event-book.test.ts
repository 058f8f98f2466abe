import { expect, it } from "vitest";
import { reduceEvents } from "../../live/reduce-events.js";
import { emptyView } from "../../live/run-view.js";
import { completedRun, createEventMaker } from "../../live/testing-events.js";
import { EventBook } from "./event-book.js";

const EVENTS = completedRun(3);
const logOf = (events: typeof EVENTS, view = emptyView) => reduceEvents(view, events).log;

it("joins live and stored events in order, each once", () => {
  const book = new EventBook();
  const early = reduceEvents(emptyView, EVENTS.slice(8, 14));
  expect(book.addLog(early.log)).toBe(true);
  expect(book.addLog(early.log)).toBe(false);
  expect(book.addStored(EVENTS.slice(2, 12))).toBe(6);
  expect(book.addStored(EVENTS.slice(2, 12))).toBe(0);
  book.addLog(logOf([...EVENTS.slice(15), EVENTS[14] as (typeof EVENTS)[0]], early));
  expect(book.wanted).toEqual(EVENTS.slice(2));
});

it("knows the events of plain publishers again when they come from storage", () => {
  const [live] = EVENTS.map((event) => ({ ...event, meta: { epoch: "e", offset: 3 } }));
  const book = new EventBook();
  book.addLog(logOf([live as (typeof EVENTS)[0]]));
  const stored = { ...live, meta: { source: "relay-e", seq: 3, epoch: "e", offset: 3 } };
  expect(book.addStored([stored as (typeof EVENTS)[0]])).toBe(0);
});

it("holds what is wanted apart, also what comes later", () => {
  const book = new EventBook();
  book.filter(({ type }) => type === "round_end");
  const view = reduceEvents(emptyView, EVENTS.slice(0, 10));
  book.addLog(view.log);
  book.addLog(logOf(EVENTS.slice(10), view));
  expect(book.wanted.map(({ type }) => type)).toEqual(["round_end", "round_end", "round_end"]);
  book.filter(() => true);
  expect(book.wanted).toHaveLength(EVENTS.length);
});

it("lets the oldest go when there are too many, and says so", () => {
  const make = createEventMaker();
  const book = new EventBook();
  const lines = Array.from({ length: 20_001 }, (_, i) => make("log", { level: "info", message: `${i}` }));
  book.addStored(lines.slice(0, 20_000));
  expect(book.isCut).toBe(false);
  book.addLog(logOf(lines.slice(20_000)));
  expect([book.isCut, book.size]).toEqual([true, 15_001]);
  expect(book.wanted.at(-1)).toBe(lines.at(-1));
});
