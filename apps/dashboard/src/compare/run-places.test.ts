import type { RoundSummary } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { NO_PLACES, placeOf, placesOfEpochs, withRounds } from "./run-places.js";

const startedAt = "2026-11-20T10:00:00.000Z";
const at = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1_000).toISOString();
const round = (number: number, changes: Partial<RoundSummary> = {}) =>
  ({
    round: number,
    endedAt: at(10 * number),
    bytesUp: 1,
    bytesDown: 2,
    fitMetrics: { num_samples: 100 },
    ...changes,
  }) as RoundSummary;

describe("places of rounds", () => {
  const about = { startedAt, localEpochs: 2 };

  it("add up, page by page, and count each pass over the samples", () => {
    const first = withRounds(NO_PLACES, [round(1), round(2)], about);
    expect(withRounds(first, [round(2), round(3)], about)).toEqual({
      steps: [1, 2, 3],
      seconds: [10, 20, 30],
      bytes: [3, 6, 9],
      samples: [200, 400, 600],
    });
  });

  it("leave out a round that goes on, and know no samples where one round did not tell", () => {
    const { endedAt: _, ...open } = round(3);
    const places = withRounds(NO_PLACES, [round(1), round(2, { fitMetrics: {} }), open], about);
    expect(places.steps).toEqual([1, 2]);
    expect(places.samples).toBeUndefined();
  });
});

describe("places of epochs", () => {
  const point = (x: number, name: string, value: number, seconds = 5 * x) => ({
    name,
    x,
    value,
    timestamp: at(seconds),
  });

  it("end with what came last, and send nothing", () => {
    const points = [point(2, "loss", 1), point(1, "loss", 2), point(1, "num_samples", 50, 6)];
    expect(placesOfEpochs([...points, point(2, "num_samples", 50)], startedAt)).toEqual({
      steps: [1, 2],
      seconds: [6, 10],
      bytes: [0, 0],
      samples: [50, 100],
    });
    expect(placesOfEpochs(points, startedAt).samples).toBeUndefined();
  });
});

describe("placeOf", () => {
  it("finds a step, and knows no other", () => {
    const places = { steps: [2, 4, 8], seconds: [1, 2, 3], bytes: [0, 0, 0], samples: undefined };
    expect([1, 2, 4, 5, 8, 9].map((step) => placeOf(places, "seconds", step))).toEqual([
      undefined,
      1,
      2,
      undefined,
      3,
      undefined,
    ]);
    expect(placeOf(places, "samples", 2)).toBeUndefined();
  });
});
