import type { HostSample } from "@fedloom/db";
import { describe, expect, it } from "vitest";
import { SampleQueue } from "./sample-queue.js";
import { metricsOf } from "./testing-hosts.js";

const START = Date.parse("2026-11-20T00:00:00.000Z");

function sample(host: string, ms: number): HostSample {
  return { ...metricsOf(host), at: new Date(START + ms).toISOString() };
}

function offer(queue: SampleQueue, host: string, ms: number): void {
  queue.offer(host, ms, () => sample(host, ms));
}

describe("SampleQueue", () => {
  it("takes of each host no more than one sample in the shortest time", () => {
    const queue = new SampleQueue({ minIntervalMs: 2_500 });
    for (const ms of [0, 10, 2_499, 2_500, 7_000]) offer(queue, "a", ms);
    offer(queue, "b", 10);
    expect(queue.oldest(10).map(({ host, at }) => [host, Date.parse(at) - START])).toEqual([
      ["a", 0],
      ["a", 2_500],
      ["a", 7_000],
      ["b", 10],
    ]);
    queue.remove(queue.oldest(2));
    expect(queue.size).toBe(2);
    queue.forget("b");
    offer(queue, "b", 20);
    expect(queue.size).toBe(2);
  });

  it("keeps one sample a minute of each host when there are too many, then the newest", () => {
    const queue = new SampleQueue({ minIntervalMs: 0, maxSamples: 100 });
    for (let index = 0; index < 101; index++) offer(queue, "a", index * 5_000);
    const times = queue.oldest(100).map(({ at }) => Date.parse(at) - START);
    expect(times).toEqual([55, 115, 175, 235, 295, 355, 415, 475, 500].map((seconds) => seconds * 1_000));
    for (let index = 0; index < 10_000; index++) offer(queue, "a", 600_000 + index * 60_000);
    expect(queue.size).toBeLessThanOrEqual(100);
    expect(queue.numLeftOut + queue.size).toBe(10_101);
    expect(queue.oldest(100).at(-1)?.at).toBe(sample("a", 600_000 + 9_999 * 60_000).at);
  });
});
