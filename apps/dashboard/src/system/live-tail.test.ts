import { describe, expect, it } from "vitest";
import { joinHistory } from "./join-history.js";
import { type Tail, type Tails, withValue, withView } from "./live-tail.js";
import { sampleOf } from "./testing-samples.js";

const shape = { widthMs: 10_000, spanMs: 60_000 };
const value = (x: number, y: number) => ({ x, average: y, max: y, count: 1 });

describe("withValue", () => {
  it("averages within a part of time and keeps its highest", () => {
    let tail: Tail = [];
    for (const [x, y] of [
      [0, 10],
      [5_000, 30],
      [9_999, 20],
      [10_000, 5],
    ] as const) {
      tail = withValue(tail, value(x, y), shape);
    }
    expect(tail).toEqual([{ x: 0, average: 20, max: 30, count: 3 }, value(10_000, 5)]);
  });

  it("stays within the span of the chart, and takes nothing from the past", () => {
    let tail: Tail = [];
    for (let x = 0; x <= 1_000_000; x += 5_000) tail = withValue(tail, value(x, 1), shape);
    expect(tail.length).toBeLessThanOrEqual(8);
    expect(withValue(tail, value(0, 99), shape)).toBe(tail);
  });
});

describe("withView", () => {
  it("knows a machine's figures by the names of their histories", () => {
    const gpu = [10, 90].map((percent) => ({
      name: "GPU",
      utilizationPercent: percent,
      memoryUsedBytes: percent,
      memoryTotalBytes: 100,
    }));
    const view = { sample: sampleOf("a", { gpu }), rates: { receive: 7, transmit: 8 } };
    const tails: Tails = withView(new Map(), view as never, 1_000, shape);
    const line = tails.get("a");
    expect(line?.get("gpu_utilization_percent")).toEqual([{ x: 1_000, average: 50, max: 90, count: 1 }]);
    expect(line?.get("network_rx_bytes_per_second")?.[0]?.average).toBe(7);
    expect(line?.size).toBe(8);
  });
});

describe("joinHistory", () => {
  const stored = [0, 10_000, 60_000].map((ms, index) => ({
    timestamp: new Date(ms).toISOString(),
    average: index,
    max: index + 10,
  }));

  it("puts what came since behind what is stored, each time once, with gaps where nothing was heard", () => {
    const tail = [value(58_000, 7), value(60_000, 7), value(65_000, 7)];
    expect(joinHistory(stored, tail, { from: 0, gapMs: 30_000 })).toEqual({
      x: [0, 10_000, 10_001, 60_000, 65_000],
      average: [0, 1, null, 2, 7],
      max: [10, 11, null, 12, 7],
    });
  });

  it("leaves out what is too long ago", () => {
    expect(joinHistory(stored, [], { from: 10_000, gapMs: 30_000 }).x).toEqual([10_000, 10_001, 60_000]);
    expect(joinHistory([], [], { from: 0, gapMs: 1 })).toEqual({ x: [], average: [], max: [] });
  });
});
