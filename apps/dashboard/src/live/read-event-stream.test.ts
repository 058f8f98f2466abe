import { expect, it } from "vitest";
import { readEventStream } from "./read-event-stream.js";
import { completedRun } from "./testing-events.js";
import { streamOf } from "./testing-streams.js";

it("reads events that are cut anywhere, and where each piece ends", async () => {
  const stored = completedRun(2);
  const stop = new AbortController();
  const seen: number[] = [];
  let last: number | undefined;
  for await (const { events, lastId } of readEventStream(streamOf({ stored }, 3, stop.signal))) {
    seen.push(...events.map(({ position }) => position));
    last = lastId ?? last;
    if (last === stored.length) break;
  }
  expect(seen).toEqual(stored.slice(3).map((_, i) => i + 4));
});

it("takes comments as signs of life, and passes over what it cannot read", async () => {
  const text = "retry: 1000\n\nid: 7\n: heartbeat\n\ndata: {not json\n\ndata: {}\n\n";
  const pieces = [];
  for await (const piece of readEventStream(new Response(text).body)) pieces.push(piece);
  expect(pieces).toEqual([{ events: [], lastId: 7 }]);
  for await (const _ of readEventStream(null)) expect.unreachable();
});
