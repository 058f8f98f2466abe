import { expect, it } from "vitest";
import { thinnedSeries } from "../http/run-metrics.js";
import { type RunRecord, runRecord } from "./run-record.js";

const record: RunRecord = {
  runId: "01JD0000000000000000000000",
  project: "default",
  experimentName: "diverged",
  mode: "federated",
  state: "running",
  config: {},
  isManaged: false,
  tags: [],
  notes: "",
  attempt: 1,
  step: 1,
  best: { step: 1, metric: "val_loss", value: Number.NaN },
  createdAt: "2026-11-20T10:00:00.000Z",
};

it("carries a best value that is no number as text, which JSON has no other form for", () => {
  const wire = JSON.parse(JSON.stringify(runRecord.toWire(record)));
  expect(wire.best).toEqual({ step: 1, metric: "val_loss", value: "NaN" });
  expect(runRecord.decode(wire)).toEqual({ ok: true, value: record });
});

it("carries such values in lists as well", () => {
  const line = {
    name: "loss",
    phase: "val" as const,
    clientId: "site-1",
    numPoints: 2,
    numNan: 0,
    points: [
      { x: 1, value: Number.POSITIVE_INFINITY },
      { x: 2, value: 0.5 },
    ],
  };
  const wire = thinnedSeries.toWire(line);
  expect(wire).toMatchObject({
    client_id: "site-1",
    points: [
      { x: 1, value: "Infinity" },
      { x: 2, value: 0.5 },
    ],
  });
  expect(thinnedSeries.decode(wire)).toEqual({ ok: true, value: line });
});
