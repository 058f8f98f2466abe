import type { RunRecord } from "@fedloom/protocol";
import { expect, it } from "vitest";
import { describeRun, tableOfRuns } from "./describe-run.js";

const RUN: RunRecord = {
  runId: "01JD0000000000000000000000",
  project: "default",
  experimentName: "lungs\u001b[2J",
  mode: "federated",
  isManaged: true,
  state: "failed",
  stateReason: "its process died three times",
  config: { num_rounds: 5, strategy: "fedavg" },
  tags: ["a", "b"],
  notes: "",
  attempt: 2,
  step: 3,
  totalSteps: 5,
  best: { step: 2, metric: "val_auroc", value: 0.912345678 },
  summary: { final_metrics: { test_auroc: 0.95, loss: "NaN" } },
  createdAt: "2026-11-20T10:32:00.000Z",
};

it("shows runs as a table", () => {
  expect(tableOfRuns([RUN])).toEqual([
    "run                         state   name       mode       step  best                    created (UTC)",
    "01JD0000000000000000000000  failed  lungs\ufffd[2J  federated  3/5   val_auroc 0.91235 at 2  2026-11-20 10:32:00",
  ]);
});

it("tells everything about a run, a line each, and nothing that is not known", () => {
  expect(describeRun(RUN)).toEqual([
    "run                01JD0000000000000000000000",
    "name               lungs\ufffd[2J",
    "project            default",
    "state              failed: its process died three times",
    "mode               federated",
    "step               3/5",
    "best               val_auroc 0.91235 at 2",
    "attempt            2",
    "created            2026-11-20 10:32:00",
    "tags               a, b",
    "final test_auroc   0.95",
    "final loss         NaN",
    "config num_rounds  5",
    "config strategy    fedavg",
  ]);
});
