import { toWireEvent } from "@fedloom/protocol";
import { afterEach, expect, it, vi } from "vitest";
import { completedRun, RUN_ID } from "../live/testing-events.js";
import { eventsPath, findNewestPosition, getEvents } from "./events.js";

afterEach(() => vi.unstubAllGlobals());

/** A server whose run has events at these positions. */
function serve(positions: readonly number[]) {
  const [event] = completedRun(1).map(toWireEvent);
  let numAsked = 0;
  vi.stubGlobal("fetch", async (path: string) => {
    numAsked += 1;
    const query = new URL(path, "http://here").searchParams;
    const limit = Number(query.get("limit") ?? 1_000);
    const found = positions.filter((position) => position > Number(query.get("after"))).slice(0, limit);
    const events = found.map((position) => ({ ...event, position }));
    return Response.json({ events, next: found.length === limit ? found.at(-1) : null });
  });
  return () => numAsked;
}

it.each([
  [[]],
  [[1]],
  [[5, 6, 7]],
  [Array.from({ length: 2_500 }, (_, i) => 10_000 + 3 * i)],
  [[1, 40_000_000]],
])("finds the newest position, wherever the others lie", async (positions) => {
  const numAsked = serve(positions);
  expect(await findNewestPosition(RUN_ID, 0)).toBe(positions.at(-1) ?? 0);
  expect(numAsked()).toBeLessThan(60);
});

it("reads a page, and never asks for the same one again", async () => {
  serve([1, 2, 3]);
  const page = await getEvents(RUN_ID, { after: 0, limit: 2 });
  expect([page.events.map(({ position }) => position), page.next]).toEqual([[1, 2], 2]);
  vi.stubGlobal("fetch", async () => Response.json({ events: [{ type: "unheard_of" }], next: 2 }));
  expect(await getEvents(RUN_ID, { after: 2 })).toEqual({ events: [], next: null });
});

it("names types and formats in the path", () => {
  expect(eventsPath(RUN_ID, { types: ["error", "log"], format: "csv" })).toBe(
    `/api/runs/${RUN_ID}/events?type=error%2Clog&format=csv`,
  );
  expect(eventsPath(RUN_ID)).toBe(`/api/runs/${RUN_ID}/events`);
});
