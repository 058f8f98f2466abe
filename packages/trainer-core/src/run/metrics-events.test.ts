import { expect, it } from "vitest";
import { createEmit } from "./emit.js";
import { metricsEvents } from "./metrics-events.js";
import { createStopwatch } from "./stopwatch.js";

const emit = createEmit("01JD0000000000000000000000", () => new Date(0));

it("says many metrics in events that are not too large, and none for none", () => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`confusion/0/${i}`, i]));
  const events = [...metricsEvents(emit, { round: 2, phase: "val" }, many)];
  expect(events.map(({ data }) => Object.keys((data as { metrics: object }).metrics).length)).toEqual([
    256, 256, 88,
  ]);
  expect(events[0]?.data).toMatchObject({ round: 2, phase: "val" });
  expect([...metricsEvents(emit, { round: 2 }, {})]).toEqual([]);
});

it("adds up time by purpose, and begins again", async () => {
  let clock = 0;
  const watch = createStopwatch(() => clock);
  const spend = (ms: number) => async () => {
    clock += ms;
  };
  await watch.time("training", spend(5));
  await watch.time("training", spend(2));
  watch.add("waiting", 1);
  expect(watch.take()).toEqual({ "time/training_ms": 7, "time/waiting_ms": 1 });
  expect(watch.take()).toEqual({});
});
