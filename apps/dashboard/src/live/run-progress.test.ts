import { describe, expect, it } from "vitest";
import { reduceEvents } from "./reduce-events.js";
import { currentRound, roundsDone, secondsLeft, shareDone, stateOf } from "./run-progress.js";
import { emptyView } from "./run-view.js";
import { completedRun } from "./testing-events.js";

const events = completedRun(4);
const afterRounds = (numRounds: number) =>
  reduceEvents(
    emptyView,
    events.slice(
      0,
      events.findIndex(({ type, data }) => type === "round_metrics" && data.round === numRounds) + 1,
    ),
  );

describe("progress of a run", () => {
  it("counts the rounds that are over", () => {
    expect(roundsDone(emptyView)).toBe(0);
    expect(roundsDone(afterRounds(3))).toBe(3);
  });

  it("tells how many clients of the round at work are done", () => {
    expect(currentRound(afterRounds(2))).toBeUndefined();
    const upTo = events.findIndex(({ type, data }) => type === "client_complete" && data.round === 3) + 1;
    const view = reduceEvents(emptyView, events.slice(0, upTo));
    expect(currentRound(view)).toEqual({ round: 3, numDone: 1, numClients: 2 });
    expect(shareDone(view, 4)).toBe(2.5 / 4);
    expect(shareDone(view, undefined)).toBeUndefined();
  });

  it("estimates the rest from the rounds so far", () => {
    expect(secondsLeft(emptyView, 0)).toBeUndefined();
    const view = afterRounds(2);
    const lastEnd = Date.parse(view.rounds[1]?.endedAt ?? "");
    // A round takes 6 s here from its start to its end, and the next one starts 2 s later.
    expect(secondsLeft(view, lastEnd)).toBeCloseTo(2 * 6, 5);
    expect(secondsLeft(view, lastEnd + 4_000)).toBeCloseTo(8, 5);
    expect(secondsLeft(view, lastEnd + 60_000)).toBe(0);
  });

  it("believes the newest event more than the record", () => {
    expect(stateOf(emptyView, "queued")).toBe("queued");
    expect(stateOf(afterRounds(1), "queued")).toBe("running");
    expect(stateOf(reduceEvents(emptyView, events), "running")).toBe("completed");
  });
});
