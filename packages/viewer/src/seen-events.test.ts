import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeenEvents } from "./seen-events.js";

/**
 * A relay and its publisher as a model: the publisher numbers from 1; the relay numbers anew in each epoch and takes
 * what the publisher repeats; the viewer reads again from anywhere before its place.
 */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant("publish" as const) },
  { weight: 2, arbitrary: fc.record({ rereadFrom: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ restartRepeating: fc.nat(5) }) },
);

describe("SeenEvents", () => {
  it("passes each event of a source once and in order, over repetitions and restarts", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const seen = new SeenEvents();
        const passed: number[] = [];
        let [epoch, published] = [1, 0];
        let stream: number[] = [];
        const deliver = (offset: number) => {
          const seq = stream[offset - 1] as number;
          if (seen.add("run", { epoch: `e${epoch}`, offset, source: "s", seq })) passed.push(seq);
        };
        for (const each of steps) {
          if (each === "publish") {
            stream.push(++published);
            deliver(stream.length);
          } else if ("rereadFrom" in each) {
            for (let offset = each.rereadFrom + 1; offset <= stream.length; offset++) deliver(offset);
          } else {
            epoch++;
            const repeated = Math.min(each.restartRepeating, published);
            stream = Array.from({ length: repeated }, (_, index) => published - repeated + 1 + index);
            for (let offset = 1; offset <= stream.length; offset++) deliver(offset);
          }
          const place = seen.position;
          if (place && stream.length > 0)
            expect(place).toEqual({ epoch: `e${epoch}`, offset: stream.length });
        }
        expect(passed).toEqual(Array.from({ length: published }, (_, index) => index + 1));
      }),
    );
  });

  it("keeps runs and hosts apart, and takes events without numbers", () => {
    const seen = new SeenEvents();
    expect(seen.add("a", { epoch: "e", offset: 1 })).toBe(true);
    expect(seen.add("b", { epoch: "f", offset: 1 })).toBe(true);
    expect(seen.add("a", { epoch: "e", offset: 1 })).toBe(false);
    expect([seen.add("a", {}), seen.add("a", {})]).toEqual([true, true]);
  });

  it("forgets the longest silent streams", () => {
    const seen = new SeenEvents();
    for (let n = 0; n < 1_001; n++) seen.add(`run ${n}`, { source: "s", seq: 1 });
    expect(seen.add("run 1000", { source: "s", seq: 1 })).toBe(false);
    expect(seen.add("run 0", { source: "s", seq: 1 })).toBe(true);
  });
});
