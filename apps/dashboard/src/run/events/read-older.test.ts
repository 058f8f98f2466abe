import { expect, it } from "vitest";
import type { EventsQuery, PlacedEvent } from "../../api/events.js";
import { completedRun } from "../../live/testing-events.js";
import { readOlder } from "./read-older.js";

const [EVENT] = completedRun(1);

/** A database that holds events of a run at these positions, and gives ten a page. */
function holding(positions: readonly number[]) {
  const asked: number[] = [];
  const get = async ({ after, limit = 10 }: EventsQuery) => {
    asked.push(after);
    const events = positions
      .filter((position) => position > after)
      .slice(0, Math.min(10, limit))
      .map((position) => ({ position, event: EVENT }) as PlacedEvent);
    return { events, next: events.length === Math.min(10, limit) ? (events.at(-1)?.position ?? null) : null };
  };
  return { get, asked };
}

const positionsOf = (events: readonly PlacedEvent[]) => events.map(({ position }) => position);

it.each([
  ["close together", Array.from({ length: 1_234 }, (_, i) => i + 1)],
  ["with those of other runs between them", Array.from({ length: 300 }, (_, i) => 37 * i + 11)],
  ["very far apart", [3, 70_000, 1_000_000]],
])("reads back to the first event, each once: %s", async (_, positions) => {
  const { get, asked } = holding(positions);
  let read: number[] = [];
  for (let before = (positions.at(-1) ?? 0) + 1; before > 0; ) {
    const page = await readOlder(get, { before, atLeast: 100, types: [] });
    read = [...positionsOf(page.events), ...read];
    expect(page.before).toBeLessThan(before);
    before = page.before;
  }
  expect(read).toEqual(positions);
  expect(asked.length).toBeLessThan(400);
});

it("answers as soon as there is enough", async () => {
  const { get } = holding(Array.from({ length: 5_000 }, (_, i) => i + 1));
  const { events, before } = await readOlder(get, { before: 4_001, atLeast: 50, types: [] });
  expect(events.at(-1)?.position).toBe(4_000);
  expect(events.length).toBeLessThan(500);
  expect(before).toBe(events[0]?.position);
});
