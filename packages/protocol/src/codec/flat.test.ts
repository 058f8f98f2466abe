import { describe, expect, it } from "vitest";
import { createEvent, toWireEvent } from "../envelope.js";
import { toFlatEvent } from "./flat.js";

const runId = "01JD0000000000000000000000";
const now = () => new Date("2026-11-20T10:32:00.000Z");
const timestamp = "2026-11-20T10:32:00.000Z";

describe("toFlatEvent", () => {
  it("puts the data beside type and timestamp", () => {
    const event = createEvent(
      "round_metrics",
      { runId, round: 1, totalRounds: 2, metrics: { loss: Number.NaN } },
      now,
    );
    expect(toFlatEvent(toWireEvent(event))).toEqual({
      type: "round_metrics",
      timestamp,
      run_id: runId,
      round: 1,
      total_rounds: 2,
      metrics: { loss: "NaN" },
    });
  });

  it("calls the end training_complete and sums it up", () => {
    const event = createEvent(
      "training_end",
      {
        runId,
        status: "completed",
        experimentName: "e",
        bestRound: 3,
        bestValRecall: 0.9,
        totalRounds: 5,
        trainingDuration: "0:01:02",
        durationSeconds: 62,
        finalMetrics: { loss: 0.2, recall: 0.8 },
      },
      now,
    );
    const flat = toFlatEvent(toWireEvent(event));
    expect(flat).toMatchObject({
      type: "training_complete",
      timestamp,
      status: "completed",
      experiment_name: "e",
    });
    expect(JSON.parse(JSON.stringify(flat.final_metrics))).toEqual({
      total_rounds: 5,
      best_round: 3,
      best_val_recall: 0.9,
      best_val_loss: 0.2,
      duration_seconds: 62,
    });
  });

  it("calls a fatal error training_error, and no other", () => {
    const error = (fatal: boolean) =>
      toFlatEvent(
        toWireEvent(createEvent("error", { runId, error: "x", errorType: "training_error", fatal }, now)),
      );
    expect(error(true)).toEqual({
      type: "training_error",
      timestamp,
      run_id: runId,
      error: "x",
      error_type: "training_error",
      fatal: true,
    });
    expect(error(false).type).toBe("error");
  });
});
