import type { WireEvent } from "@fedloom/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBatch } from "./batch.js";
import { createFilter } from "./filter.js";
import { payloadOf } from "./socket-frame.js";
import { Streams } from "./streams.js";
import { clientProgress, RUN_A, RUN_B, roundStart } from "./testing-client.js";
import { testingStreams } from "./testing-streams.js";

/** Splits joined frames again. */
function framesIn(bytes: Buffer | undefined): WireEvent[] {
  const events: WireEvent[] = [];
  let rest = bytes ?? Buffer.alloc(0);
  while (rest.length > 0) {
    const short = (rest[1] ?? 0) & 0x7f;
    const [header, length] = short < 126 ? [2, short] : [4, rest.readUInt16BE(2)];
    events.push(JSON.parse(payloadOf(rest.subarray(0, header + length)).toString()));
    rest = rest.subarray(header + length);
  }
  return events;
}

const round = fc.record({ run: fc.constantFrom(RUN_A, RUN_B), round: fc.integer({ min: 1, max: 99 }) });
const progress = fc.record({ run: fc.constantFrom(RUN_A, RUN_B), client: fc.constantFrom("a", "b") });
const script = fc.array(fc.oneof(round, progress), { maxLength: 120 });
const subscriptions = [{}, { runId: RUN_A }, { runId: "*" as const, types: ["round_start"] }];

function fill(steps: readonly (Record<string, unknown> & { run: string })[]): Streams {
  const streams = new Streams(testingStreams());
  steps.forEach((step, index) => {
    const event =
      typeof step.round === "number"
        ? roundStart(step.round, step.run)
        : clientProgress(index + 1, String(step.client), step.run);
    streams.accept(event);
  });
  return streams;
}

function readAll(streams: Streams, subscription: (typeof subscriptions)[number], conflate: boolean) {
  const filter = createFilter(subscription);
  const events: WireEvent[] = [];
  let [after, numConflated] = [0, 0];
  while (after < streams.position) {
    const batch = readBatch(streams, { filter, encoding: "json", after, upTo: streams.position, conflate });
    expect(batch.to).toBeGreaterThan(after);
    const read = framesIn(batch.bytes);
    expect(read).toHaveLength(batch.numEvents);
    events.push(...read);
    numConflated += batch.numConflated;
    after = batch.to;
  }
  return { events, numConflated };
}

function expected(streams: Streams, subscription: (typeof subscriptions)[number]) {
  const filter = createFilter(subscription);
  return [...streams.all()]
    .filter((stream) => filter.wants(stream))
    .flatMap((stream) => stream.after(0))
    .filter((entry) => filter.accepts(entry))
    .sort((a, b) => a.position - b.position);
}

describe("readBatch", () => {
  it("gives every event that fits once, in the relay's order, batch after batch", () => {
    fc.assert(
      fc.property(script, fc.constantFrom(...subscriptions), (steps, subscription) => {
        const streams = fill(steps);
        const { events } = readAll(streams, subscription, false);
        expect(events).toEqual(expected(streams, subscription).map(({ event }) => event));
      }),
    );
  });

  it("leaves out only earlier values of gauges for a viewer that is behind, and says how many", () => {
    fc.assert(
      fc.property(script, fc.constantFrom(...subscriptions), (steps, subscription) => {
        const streams = fill(steps);
        const all = expected(streams, subscription);
        const { events, numConflated } = readAll(streams, subscription, true);
        const newest = new Map(
          all.map((entry) => [entry.gaugeKey && `${entry.epoch} ${entry.gaugeKey}`, entry]),
        );
        const due = all.filter(
          (entry) => !entry.gaugeKey || newest.get(`${entry.epoch} ${entry.gaugeKey}`) === entry,
        );
        expect(events.map(({ meta }) => [meta?.epoch, meta?.offset])).toEqual(
          due.map(({ epoch, offset }) => [epoch, offset]),
        );
        expect(numConflated).toBe(all.length - due.length);
        expect(events.reduce((sum, { meta }) => sum + (meta?.skipped ?? 0), 0)).toBe(numConflated);
      }),
    );
  });

  it("splits what is long, and reads no further than it is told", () => {
    const streams = new Streams(testingStreams());
    for (let n = 1; n <= 1_000; n++) streams.accept(roundStart((n % 99) + 1));
    const read = (after: number, upTo: number) =>
      readBatch(streams, { filter: createFilter({}), encoding: "json", after, upTo, conflate: false });
    const first = read(0, 1_000);
    expect(first.bytes?.length).toBeLessThanOrEqual(64 * 1024);
    expect(first.to).toBe(first.numEvents);
    expect(read(first.to, 1_000).numEvents).toBeGreaterThan(0);
    expect(read(0, 3)).toMatchObject({ numEvents: 3, to: 3 });
  });
});
