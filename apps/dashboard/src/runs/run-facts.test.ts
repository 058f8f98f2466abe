import type { RunRecord } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { factsOf, metricLabel, secondsToGo } from "./run-facts.js";

const START = "2026-11-20T10:00:00.000Z";
const now = Date.parse(START) + 60_000;
const run: RunRecord = {
  runId: "01JD0000000000000000000000",
  project: "default",
  experimentName: "a",
  mode: "federated",
  state: "running",
  config: { strategy: "fedprox", num_clients: 5 },
  isManaged: true,
  tags: [],
  notes: "",
  attempt: 1,
  step: 2,
  totalSteps: 8,
  createdAt: START,
  startedAt: START,
};

describe("facts of a run", () => {
  it("are read from its config and end", () => {
    expect(factsOf(run, now)).toMatchObject({
      strategy: "fedprox",
      numClients: 5,
      data: "chest X-rays",
      isSynthetic: true,
      final: undefined,
      durationSeconds: 60,
    });
    const summary = { final_metrics: { test_auroc: 0.9, test_loss: 1, loss: 2 }, duration_seconds: 7 };
    expect(factsOf({ ...run, state: "completed", summary }, now)).toMatchObject({
      final: { label: "test AUC", value: 0.9 },
      durationSeconds: 7,
    });
  });

  it("name a file without its folders, and no strategy or clients of a centralized run", () => {
    const config = { ...run.config, data_path: "C:\\data\\chest.npz" };
    expect(factsOf({ ...run, config, mode: "centralized" }, now)).toMatchObject({
      data: "chest.npz",
      isSynthetic: false,
      strategy: undefined,
      numClients: undefined,
    });
  });

  it("claim nothing of what a stranger did not tell", () => {
    expect(factsOf({ ...run, isManaged: false, config: {} }, now)).toMatchObject({
      data: "",
      isSynthetic: false,
      strategy: undefined,
    });
  });
});

describe("metricLabel", () => {
  it("says it in words", () => {
    expect(metricLabel("val_auroc")).toBe("validation AUC");
    expect(metricLabel("train_loss")).toBe("training loss");
    expect(metricLabel("mcc")).toBe("mcc");
  });
});

describe("secondsToGo", () => {
  it("goes by the pace so far", () => {
    expect(secondsToGo(run, now)).toBe(180);
  });

  it.each<Partial<RunRecord>>([{ step: 0 }, { attempt: 2 }, { totalSteps: undefined }, { state: "paused" }])(
    "is not known with %j",
    (change) => expect(secondsToGo({ ...run, ...change } as RunRecord, now)).toBeUndefined(),
  );
});
