import { createEvent, toWireEvent } from "@fedloom/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stream } from "./stream.js";
import { clientProgress, roundStart } from "./testing-client.js";

const event = toWireEvent(createEvent("heartbeat", {}));
const unlimited = { maxEvents: 1e6, maxBytes: 1e9, maxAgeMs: 1e9 };

type Kept = { offset: number; position: number; bytes: number; at: number };

describe("Stream", () => {
  it("answers like a list of which only the newest are kept, by number, bytes and age", () => {
    const steps = fc.array(fc.record({ gap: fc.nat(3), wait: fc.nat(30), name: fc.nat(40) }), {
      maxLength: 200,
    });
    const limits = fc.record({
      maxEvents: fc.integer({ min: 1, max: 100 }),
      maxBytes: fc.integer({ min: 300, max: 20_000 }),
      maxAgeMs: fc.integer({ min: 10, max: 2_000 }),
    });
    fc.assert(
      fc.property(limits, steps, (limit, all) => {
        const stream = new Stream("k", "e", limit);
        const kept: Kept[] = [];
        let [position, now, lost] = [0, 0, 0];
        for (const { gap, wait, name } of all) {
          position += 1 + gap;
          now += wait;
          const entry = stream.append(clientProgress(1, "c".repeat(name + 1)), position, now);
          kept.push({ offset: stream.head, position, bytes: entry.frame.length, at: now });
          const isOver = () =>
            kept.length > limit.maxEvents ||
            (kept.length > 1 && kept.reduce((sum, { bytes }) => sum + bytes, 0) > limit.maxBytes) ||
            now - (kept[0]?.at ?? now) > limit.maxAgeMs;
          while (isOver()) lost = kept.shift()?.position ?? lost;
          const oldest = kept[0]?.offset ?? 0;
          expect({ size: stream.size, tail: stream.tail, lostUpTo: stream.lostUpTo }).toEqual({
            size: kept.length,
            tail: oldest,
            lostUpTo: lost,
          });
          const middle = Math.max(0, stream.head - 7);
          expect(stream.holdsAfter(middle)).toBe(middle >= oldest - 1);
          expect(stream.holdsAfter(stream.head + 1)).toBe(false);
          expect(stream.after(middle, 3).map(({ offset }) => offset)).toEqual(
            kept
              .map(({ offset }) => offset)
              .filter((offset) => offset > middle)
              .slice(0, 3),
          );
          const from = position - 9;
          expect(stream.afterPosition(from).map((held) => held.position)).toEqual(
            kept.map((held) => held.position).filter((held) => held > from),
          );
          expect(stream.positionOf(stream.head)).toBe(position);
        }
        stream.expire(now + limit.maxAgeMs + 1);
        expect([stream.size, stream.bytes]).toEqual([0, 0]);
      }),
    );
  });

  it("keeps the newest event of each kind beyond its limits", () => {
    const stream = new Stream("k", "e", { ...unlimited, maxEvents: 2 });
    const events = [
      roundStart(1),
      clientProgress(1, "a"),
      clientProgress(2, "a"),
      clientProgress(1, "b"),
      roundStart(2),
      event,
    ];
    events.forEach((each, index) => {
      stream.append(each, index + 1, 0);
    });
    expect(
      stream
        .snapshot()
        .map(({ offset }) => offset)
        .sort(),
    ).toEqual([3, 4, 5, 6]);
  });

  it("keeps at least the newest event when bytes are short", () => {
    const stream = new Stream("k", "e", { ...unlimited, maxBytes: 10 });
    stream.append(event, 1, 0);
    stream.append(event, 2, 0);
    expect(stream.after(0).map(({ offset }) => offset)).toEqual([2]);
  });
});
