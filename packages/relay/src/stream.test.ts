import { createEvent, toWireEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { Stream } from "./stream.js";

const event = toWireEvent(createEvent("heartbeat", {}));

describe("Stream", () => {
  it("answers like a list of which only the newest are kept", () => {
    const stream = new Stream("k", "e", { maxEvents: 50, maxBytes: 1e6 });
    for (let appended = 1; appended <= 400; appended++) {
      stream.append(event);
      const kept = Array.from(
        { length: Math.min(appended, 50) },
        (_, i) => appended - Math.min(appended, 50) + 1 + i,
      );
      expect(stream.head).toBe(appended);
      expect(stream.after(0).map(({ offset }) => offset)).toEqual(kept);
      const middle = appended - 3;
      expect(stream.after(middle, 2).map(({ offset }) => offset)).toEqual(
        kept.filter((o) => o > middle).slice(0, 2),
      );
      expect(stream.holdsAfter(middle)).toBe(middle >= (kept[0] ?? 1) - 1);
      expect(stream.holdsAfter(appended + 1)).toBe(false);
    }
  });

  it("keeps at least the newest event when bytes are short", () => {
    const stream = new Stream("k", "e", { maxEvents: 50, maxBytes: 10 });
    stream.append(event);
    stream.append(event);
    expect(stream.after(0).map(({ offset }) => offset)).toEqual([2]);
  });
});
