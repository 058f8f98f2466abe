import { describe, expect, it } from "vitest";
import { metricsOf } from "./metrics-of-event.js";

const timestamp = "2026-11-20T10:32:00.000Z";

describe("metricsOf", () => {
  it("separates validation from test values and gives NaN back", () => {
    const data = { run_id: "r", round: 2, metrics: { auroc: "NaN", test_auroc: 0.9 } };
    expect(metricsOf({ type: "round_metrics", timestamp, data })).toEqual([
      { timestamp, x: 2, round: 2, name: "auroc", phase: "val", value: Number.NaN },
      { timestamp, x: 2, round: 2, name: "auroc", phase: "test", value: 0.9 },
    ]);
  });

  it("keeps a client's values apart from the server's", () => {
    const data = { round: 1, client_id: "site-1", metrics: { train_loss: 0.5 } };
    expect(metricsOf({ type: "client_complete", timestamp, data })).toEqual([
      { timestamp, x: 1, round: 1, clientId: "site-1", name: "train_loss", phase: "train", value: 0.5 },
    ]);
    const end = { round: 1, fit_metrics: { train_loss: 0.4 }, eval_metrics: { val_loss: 0.6 } };
    expect(
      metricsOf({ type: "round_end", timestamp, data: end }).map(({ phase, value }) => [phase, value]),
    ).toEqual([
      ["train", 0.4],
      ["val", 0.6],
    ]);
  });

  it("places the user's own metrics by their own counter", () => {
    const data = { step: 70, epoch: 2, metrics: { grad_norm: 3 } };
    expect(metricsOf({ type: "metrics", timestamp, data })).toEqual([
      { timestamp, x: 70, epoch: 2, name: "grad_norm", phase: "train", value: 3 },
    ]);
  });

  it("finds none in events without metrics", () => {
    expect(metricsOf({ type: "round_start", timestamp, data: { round: 1 } })).toEqual([]);
  });
});
