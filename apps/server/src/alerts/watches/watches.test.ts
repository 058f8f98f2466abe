import type { Database } from "@fedloom/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabase, TestEngine } from "../testing-alerts.js";

let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);

afterAll(async () => database?.close());

const start = (rule: Record<string, unknown>) =>
  TestEngine.start(database, { rule: { name: "Rule", cooldown_seconds: 0, ...rule } });

describe("threshold of a host", () => {
  const memory = { kind: "threshold", of: "host", metric: "memory_percent", op: ">", value: 95 };

  it("fires once it has held for long enough, and is over beyond the margin", async () => {
    await using test = await start({ ...memory, for_seconds: 10, clear_margin: 5 });
    const say = (memoryPercent: number) => test.publish("system_metrics", { memoryPercent });
    await say(96);
    await test.pass(9);
    expect(test.news()).toEqual([]);
    await test.pass(1);
    expect(test.news()).toEqual(["firing: Rule: north: memory_percent is 96, above 95 for 10 s"]);
    await say(97);
    await say(91);
    expect(test.news()).toEqual([]);
    await say(90);
    expect(test.news()).toEqual(["resolved: Rule: north: memory_percent is 90"]);
  });

  it("begins anew when the value falls back before its time", async () => {
    await using test = await start({ ...memory, for_seconds: 10 });
    await test.publish("system_metrics", { memoryPercent: 96 });
    await test.pass(9);
    await test.publish("system_metrics", { memoryPercent: 95 });
    await test.publish("system_metrics", { memoryPercent: 96 });
    await test.pass(9);
    expect(test.news()).toEqual([]);
    await test.pass(1);
    expect(test.news()).toHaveLength(1);
  });

  it("does not fire of a host that says no more how it is", async () => {
    await using test = await start({ ...memory, for_seconds: 60 });
    await test.publish("system_metrics", { memoryPercent: 96 });
    await test.pass(61);
    expect(test.news()).toEqual([]);
    await test.publish("system_metrics", { memoryPercent: 96 });
    expect(test.news()).toHaveLength(1);
  });

  it("looks at each host on its own, and only at those of its scope", async () => {
    await using test = await start({ ...memory, scope: { hosts: ["gpu-*"] } });
    for (const host of ["north", "gpu-1", "gpu-2"])
      await test.publish("system_metrics", { host, memoryPercent: 99 });
    expect(test.news().map((line) => line.split(": ")[2])).toEqual(["gpu-1", "gpu-2"]);
  });

  it("takes of several GPUs the one that has most to do", async () => {
    await using test = await start({ ...memory, metric: "gpu_memory_percent", op: ">=", value: 50 });
    const gpu = (memoryUsedBytes: number) => ({
      name: "a",
      utilizationPercent: 0,
      memoryUsedBytes,
      memoryTotalBytes: 4,
    });
    await test.publish("system_metrics", {});
    await test.publish("system_metrics", { gpu: [gpu(1), gpu(1)] });
    expect(test.news()).toEqual([]);
    await test.publish("system_metrics", { gpu: [gpu(1), gpu(2)] });
    expect(test.news()).toEqual(["firing: Rule: north: gpu_memory_percent is 50, at or above 50"]);
  });
});

describe("threshold of a run", () => {
  const loss = { kind: "threshold", of: "run", metric: "loss", op: "<", value: 1, clear_value: 2 };

  it("looks at a phase, and is over beyond its own value", async () => {
    await using test = await start({ ...loss, phase: "val" });
    await test.publish("round_end", { round: 1, fitMetrics: { loss: 0 }, evalMetrics: { loss: 3 } });
    expect(test.news()).toEqual([]);
    await test.publish("round_metrics", { metrics: { loss: 0.5, other: 0 } });
    await test.publish("round_metrics", { metrics: { loss: 1.5 } });
    await test.publish("round_metrics", { metrics: { loss: Number.NaN } });
    expect(test.news()).toEqual([`firing: Rule: run ${test.runId}: loss (val) is 0.5, below 1`]);
    await test.publish("round_metrics", { metrics: { loss: 2 } });
    expect(test.news()).toEqual([`resolved: Rule: run ${test.runId}: loss (val) is 2`]);
  });

  it("looks at clients if it is asked to, each on its own", async () => {
    await using test = await start({ ...loss, clients: "site-*" });
    await test.publish("training_start", {});
    for (const clientId of ["site-1", "site-2", "other"]) {
      await test.publish("client_complete", { round: 1, clientId, metrics: { loss: 0 } });
    }
    await test.publish("round_metrics", { metrics: { loss: 0 } });
    expect(test.news()).toEqual([
      "firing: Rule: pneumonia: loss (train) of client site-1 is 0, below 1",
      "firing: Rule: pneumonia: loss (train) of client site-2 is 0, below 1",
    ]);
    expect((await test.alerts())[0]?.labels).toEqual({ metric: "loss", phase: "train", client_id: "site-2" });
    await test.publish("training_end", {});
    expect(test.news()).toHaveLength(2);
    expect((await test.alerts()).map(({ state }) => state)).toEqual(["resolved", "resolved"]);
    await test.publish("client_complete", { round: 1, clientId: "site-1", metrics: { loss: 0 } });
    expect(test.news()).toEqual([]);
  });
});

describe("nan", () => {
  it("fires of what is not finite, and is over with what is", async () => {
    await using test = await start({ kind: "nan", metric: "*loss*" });
    await test.publish("round_end", { round: 3, fitMetrics: { loss: Number.NaN, accuracy: Number.NaN } });
    await test.publish("metrics", { metrics: { test_loss_sum: Number.POSITIVE_INFINITY } });
    await test.publish("client_complete", { round: 3, clientId: "a", metrics: { loss: Number.NaN } });
    expect(test.news()).toEqual([
      `firing: Rule: run ${test.runId}: loss (train) is NaN in round 3`,
      `firing: Rule: run ${test.runId}: loss_sum (test) is Infinity`,
    ]);
    await test.publish("round_end", { round: 4, fitMetrics: { loss: 1 } });
    expect(test.news()).toEqual([`resolved: Rule: run ${test.runId}: loss (train) is 1 in round 4`]);
  });
});

describe("no_progress", () => {
  it("fires of a run that closes no round, and is over with the next", async () => {
    await using test = await start({ kind: "no_progress", seconds: 60 });
    await test.publish("training_start", {});
    await test.pass(59);
    await test.publish("client_complete", { round: 1, clientId: "a" });
    await test.publish("round_end", { round: 1, clientId: "a" });
    await test.pass(1);
    expect(test.news()).toEqual(["firing: Rule: pneumonia: no round or epoch was closed for 60 s"]);
    await test.publish("round_end", { round: 1 });
    expect(test.news()).toEqual(["resolved: Rule: pneumonia: the run makes progress again"]);
    await test.publish("training_end", {});
    await test.pass(61);
    await test.publish("client_complete", { round: 1, clientId: "late" });
    await test.pass(61);
    expect(test.news()).toEqual([]);
  });

  it("waits while a run is paused", async () => {
    await using test = await start({ kind: "no_progress", of: "event", seconds: 60 });
    await test.publish("log", { level: "info", message: "hello" });
    await test.pass(30);
    await test.publish("run_state", { state: "paused" });
    await test.pass(100);
    expect(test.news()).toEqual([]);
    await test.publish("run_state", { state: "running" });
    await test.pass(60);
    expect(test.news()).toEqual([`firing: Rule: run ${test.runId}: nothing was heard of the run for 60 s`]);
    await test.publish("log", { level: "info", message: "hello" });
    expect(test.news()).toHaveLength(1);
  });
});

describe("client_dropped", () => {
  const complete = (
    test: TestEngine,
    round: number,
    clientId: string,
    status: "ok" | "timeout" | "rejected",
  ) => test.publish("client_complete", { round, clientId, status });

  it("counts rounds in a row of one client", async () => {
    await using test = await start({ kind: "client_dropped", rounds_in_a_row: 3, statuses: ["timeout"] });
    for (const round of [1, 2]) await complete(test, round, "a", "timeout");
    await complete(test, 3, "a", "rejected");
    for (const round of [4, 5, 5]) await complete(test, round, "a", "timeout");
    expect(test.news()).toEqual([]);
    await complete(test, 6, "a", "timeout");
    await complete(test, 7, "a", "timeout");
    const told = "client a dropped out of 3 rounds in a row, last in round 6: timeout";
    expect(test.news()).toEqual([`firing: Rule: run ${test.runId}: ${told}`]);
    await complete(test, 8, "a", "ok");
    expect(test.news()).toEqual([`resolved: Rule: run ${test.runId}: client a delivered in round 8`]);
  });

  it("counts clients of one round", async () => {
    await using test = await start({ kind: "client_dropped", num_clients: 2 });
    for (const round of [1, 2]) {
      await test.publish("round_start", { round });
      await complete(test, round, "a", "timeout");
      await test.publish("round_end", { round });
    }
    expect(test.news()).toEqual([]);
    await test.publish("round_start", { round: 3 });
    await complete(test, 3, "a", "timeout");
    await complete(test, 2, "late", "timeout");
    await complete(test, 3, "b", "rejected");
    expect(test.news()).toEqual([`firing: Rule: run ${test.runId}: 2 of 4 clients dropped out of round 3`]);
    await test.publish("round_end", { round: 3 });
    await test.publish("round_start", { round: 4 });
    expect(test.news()).toEqual([]);
    await test.publish("round_end", { round: 4 });
    expect(test.news()).toEqual([`resolved: Rule: run ${test.runId}: 0 of 4 clients dropped out of round 4`]);
  });

  it("takes the share of one round", async () => {
    await using test = await start({ kind: "client_dropped", share: 0.5 });
    await complete(test, 1, "a", "timeout");
    await complete(test, 1, "b", "ok");
    expect(test.news()).toEqual([]);
    await test.publish("round_end", { round: 1 });
    expect(test.news()).toEqual([`firing: Rule: run ${test.runId}: 1 of 2 clients dropped out of round 1`]);
  });
});

describe("accuracy_fell", () => {
  it("fires after some values in a row below the best", async () => {
    await using test = await start({ kind: "accuracy_fell", by: 0.1, rounds: 2, phase: "val" });
    const say = (accuracy: number) => test.publish("round_metrics", { metrics: { accuracy } });
    for (const accuracy of [0.5, 0.9, 0.79, 0.85, 0.7]) await say(accuracy);
    expect(test.news()).toEqual([]);
    await say(0.75);
    expect(test.news()).toEqual([
      `firing: Rule: run ${test.runId}: accuracy (val) is 0.75, its best was 0.9`,
    ]);
    await say(0.81);
    expect(test.news()).toHaveLength(1);
  });
});

describe("privacy_budget", () => {
  it("fires when a share of the budget is spent, and lasts as long as the run", async () => {
    await using test = await start({ kind: "privacy_budget", epsilon: 8 });
    const say = (epsilon: number) => test.publish("metrics", { metrics: { "privacy/epsilon": epsilon } });
    await say(7.1);
    await say(Number.NaN);
    expect(test.news()).toEqual([]);
    await say(7.4);
    await say(9);
    expect(test.news()).toEqual([
      `firing: Rule: run ${test.runId}: privacy/epsilon is 7.4, 93 % of the budget 8`,
    ]);
    await test.publish("training_end", {});
    expect(test.news()).toEqual([`resolved: Rule: run ${test.runId}: the run is over`]);
  });
});

describe("run_failed", () => {
  it("fires once, and is over when the run goes on", async () => {
    await using test = await start({ kind: "run_failed" });
    await test.publish("error", { fatal: false });
    expect(test.news()).toEqual([]);
    await test.publish("error", {});
    await test.publish("training_end", { status: "failed" });
    await test.publish("run_state", { state: "failed" });
    expect(test.news()).toEqual([`firing: Rule: run ${test.runId}: no memory`]);
    await test.publish("training_start", { attempt: 2 });
    expect(test.news()).toEqual(["resolved: Rule: run ".concat(test.runId, ": the run goes on")]);
  });

  it("fires of a run that is lost, unless it is told not to", async () => {
    for (const [include_lost, told] of [
      [true, 1],
      [false, 0],
    ] as const) {
      await using test = await start({ kind: "run_failed", include_lost });
      await test.publish("run_state", { state: "silent" });
      await test.publish("run_state", { state: "lost" });
      expect(test.news()).toHaveLength(told);
    }
  });
});

describe("host_silent", () => {
  it("fires of a host that was there, and is over when it is back", async () => {
    await using test = await start({ kind: "host_silent", seconds: 60 });
    await test.publish("system_metrics", {});
    await test.pass(59);
    await test.publish("system_metrics", {});
    await test.pass(59);
    expect(test.news()).toEqual([]);
    await test.pass(1);
    expect(test.news()).toEqual(["firing: Rule: north: no system metrics from north for 60 s"]);
    await test.publish("system_metrics", {});
    expect(test.news()).toEqual(["resolved: Rule: north: north reports again"]);
  });
});
