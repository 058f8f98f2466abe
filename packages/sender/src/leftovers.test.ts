import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent } from "@fedloom/protocol";
import { startRelay } from "@fedloom/relay";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMetricsSender } from "./create-metrics-sender.js";

const runId = "01JD0000000000000000000000";
let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fedloom-leftovers-"));
});
afterEach(() => rm(directory, { recursive: true }));

const open = (url: string, source: string, sendsLeftovers = true) =>
  createMetricsSender({
    url,
    runId,
    source,
    progressFile: { directory, experimentName: "x", ...(sendsLeftovers && { leftoversOf: runId }) },
  });

const round = (n: number) =>
  createEvent("round_start", { runId, round: n, totalRounds: 9, participatingClients: 1 });

/** What a program leaves that is gone before any relay has heard of it. */
async function leave(source: string, rounds: number[]): Promise<void> {
  const sender = open("ws://127.0.0.1:1", source, false);
  for (const n of rounds) sender.send(round(n));
  await sender.settle();
  expect(await readFile(join(directory, `x_${runId}.jsonl`), "utf8")).toContain(`"${source}"`);
  await sender.close(0);
}

describe("what earlier programs of a run have left in its file", () => {
  it("is sent once, beside what is new", async () => {
    const { relay, address } = await startRelay({ port: 0, flushMs: 1 });
    await using _ = { [Symbol.asyncDispose]: () => relay.close() };
    const url = `ws://127.0.0.1:${address.port}`;
    await leave("trainer", [1, 2]);
    await leave("trainer-2", [3]);
    for (const source of ["trainer-3", "trainer-4"]) {
      const sender = open(url, source);
      sender.send(round(4));
      await sender.settle();
      expect(await sender.close(10_000)).toBe(true);
    }
    const seen = (relay.streams.get(runId)?.after(0) ?? []).map(({ event }) => [
      event.meta?.source,
      event.data.round,
    ]);
    expect(seen.sort()).toEqual([
      ["trainer", 1],
      ["trainer", 2],
      ["trainer-2", 3],
      ["trainer-3", 4],
      ["trainer-4", 4],
    ]);
  });

  it("is left alone unless it is asked for", async () => {
    const { relay, address } = await startRelay({ port: 0, flushMs: 1 });
    await using _ = { [Symbol.asyncDispose]: () => relay.close() };
    await leave("trainer", [1]);
    const sender = open(`ws://127.0.0.1:${address.port}`, "trainer-2", false);
    sender.send(round(2));
    expect(await sender.close(10_000)).toBe(true);
    expect(relay.streams.get(runId)?.after(0)).toHaveLength(1);
  });
});
