import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, jsonCodec, toWireEvent, type WireEvent } from "@fedloom/protocol";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { FileSpool } from "./file-spool.js";
import { MemorySpool } from "./memory-spool.js";
import type { Spool } from "./spool.js";

const runId = "01JD0000000000000000000000";
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function fileSpool(): Promise<Spool> {
  const directory = await mkdtemp(join(tmpdir(), "fedloom-spool-"));
  const spool = new FileSpool({ runId, source: "s" }, { directory });
  cleanups.push(
    () => rm(directory, { recursive: true }),
    () => spool.close(),
  );
  return spool;
}

function add(spool: Spool, padding = 0): void {
  const seq = spool.lastSeq + 1;
  const data = { runId, metrics: { loss: seq }, phase: "train" as const };
  const wire = toWireEvent(createEvent("metrics", data));
  const event: WireEvent = {
    ...wire,
    data: { ...wire.data, padding: "x".repeat(padding) },
    meta: { source: "s", seq },
  };
  spool.append({ seq, frame: jsonCodec.encode(event), isGauge: false }, event);
}

async function readAll(spool: Spool, after: number, maxBytes = 10_000): Promise<number[]> {
  const seqs: number[] = [];
  for (let seq = after; ; seq = seqs.at(-1) ?? seq) {
    const records = await spool.read(seq, maxBytes);
    if (records.length === 0) return seqs;
    for (const record of records) {
      expect(JSON.parse(record.frame).meta.seq).toBe(record.seq);
      seqs.push(record.seq);
    }
  }
}

/** One suite for every spool. */
describe.each([
  ["MemorySpool", async () => new MemorySpool()],
  ["FileSpool", fileSpool],
] as [string, () => Promise<Spool>][])("%s", (_name, create) => {
  it("gives back what it took, in order, from any place", async () => {
    const spool = await create();
    expect([spool.lastSeq, spool.acknowledged]).toEqual([0, 0]);
    expect(await spool.read(0, 100)).toEqual([]);
    for (let n = 1; n <= 300; n++) add(spool);
    expect(await readAll(spool, 0, 500)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(await readAll(spool, 297)).toEqual([298, 299, 300]);
    expect(await readAll(spool, 300)).toEqual([]);
  });

  it("answers like a list, whatever is added, read and acknowledged", async () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 40 }), padding: fc.nat(2_000) }),
      fc.record({ readAfter: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ acknowledge: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const spool = await create();
        let acknowledged = 0;
        for (const each of steps) {
          if ("add" in each) for (let n = 0; n < each.add; n++) add(spool, each.padding);
          if ("acknowledge" in each) {
            acknowledged = Math.max(acknowledged, Math.floor(each.acknowledge * spool.lastSeq));
            spool.acknowledge(acknowledged);
          }
          if ("readAfter" in each) {
            const after = acknowledged + Math.floor(each.readAfter * (spool.lastSeq - acknowledged));
            const expected = Array.from({ length: spool.lastSeq - after }, (_, index) => after + index + 1);
            expect(await readAll(spool, after)).toEqual(expected);
          }
          expect(spool.acknowledged).toBe(acknowledged);
        }
        for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
      }),
      { numRuns: 25 },
    );
  });
});

describe("MemorySpool", () => {
  it("lets gauges go first, then the oldest, and counts them", () => {
    const spool = new MemorySpool({ maxEvents: 3 });
    const record = (seq: number, isGauge: boolean) => ({ seq, frame: "{}", isGauge });
    [
      record(1, false),
      record(2, true),
      record(3, true),
      record(4, false),
      record(5, false),
      record(6, false),
    ].forEach((each) => {
      spool.append(each);
    });
    expect(spool.read(0, 100).map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect(spool.numDropped).toBe(3);
  });
});
