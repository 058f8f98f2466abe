import { afterEach, describe, expect, it, vi } from "vitest";
import { type Draft, Throttle } from "./throttle.js";

const runId = "01JD0000000000000000000000";

function progress(localEpoch: number, clientId = "a"): Draft {
  const data = { clientId, localEpoch, round: 1, totalLocalEpochs: 99, trainLoss: 1, learningRate: 1 };
  return { type: "client_progress", runId, data, at: "2026-11-20T10:00:00.000Z" };
}

function round(number: number): Draft {
  const data = { round: number, totalRounds: 9, participatingClients: 1 };
  return { type: "round_start", runId, data, at: "2026-11-20T10:00:00.000Z" };
}

function setUp(throttleMs = 500) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const out: (string | number)[][] = [];
  const throttle = new Throttle({
    throttleMs,
    clock: () => performance.now(),
    emit: ({ data }, numSkipped) => {
      const { clientId = "round", localEpoch, round: number } = data as Record<string, string & number>;
      out.push([clientId, localEpoch ?? number ?? 0, numSkipped]);
    },
  });
  return { throttle, out };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("Throttle", () => {
  it("lets the first value through at once, then the newest when the time is over, with the number left out", () => {
    const { throttle, out } = setUp();
    for (const epoch of [1, 2, 3, 4]) throttle.offer(progress(epoch));
    expect(out).toEqual([["a", 1, 0]]);
    vi.advanceTimersByTime(500);
    expect(out).toEqual([
      ["a", 1, 0],
      ["a", 4, 2],
    ]);
    expect(throttle.numConflated).toBe(2);
    vi.advanceTimersByTime(10_000);
    throttle.offer(progress(5));
    expect(out.at(-1)).toEqual(["a", 5, 0]);
  });

  it("keeps gauges apart, and never holds another event or changes their order", () => {
    const { throttle, out } = setUp();
    for (const event of [
      progress(1, "a"),
      progress(1, "b"),
      progress(2, "a"),
      progress(2, "b"),
      progress(3, "b"),
      round(1),
    ]) {
      throttle.offer(event);
    }
    expect(out).toEqual([
      ["a", 1, 0],
      ["b", 1, 0],
      ["a", 2, 0],
      ["b", 3, 1],
      ["round", 1, 0],
    ]);
  });

  it("loses no last value at the end, and holds nothing when it is off", () => {
    const { throttle, out } = setUp();
    throttle.offer(progress(1));
    throttle.offer(progress(2));
    throttle.close();
    expect(out).toEqual([
      ["a", 1, 0],
      ["a", 2, 0],
    ]);
    const off = setUp(0);
    for (const epoch of [1, 2, 3]) off.throttle.offer(progress(epoch));
    expect(off.out.map(([, epoch]) => epoch)).toEqual([1, 2, 3]);
  });
});
