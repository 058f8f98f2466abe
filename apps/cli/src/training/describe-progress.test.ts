import type { FedloomEvent } from "@fedloom/protocol";
import { expect, it } from "vitest";
import { describeProgress } from "./describe-progress.js";

const line = (type: string, data: object) =>
  describeProgress({ type, timestamp: "2026-03-01T10:20:30.456Z", data } as unknown as FedloomEvent);

it("tells a round by its figures and its time", () => {
  expect(
    line("round_end", {
      round: 3,
      totalRounds: 20,
      fitMetrics: { train_loss: 0.51234, num_samples: 100 },
      evalMetrics: { val_loss: 0.4, val_accuracy: 0.875, val_precision: 1 },
      durationMs: 1234,
    }),
  ).toBe("round  3/20  train_loss 0.5123  val_loss 0.4000  val_accuracy 0.8750  1.2 s");
});

it("tells an epoch, and its phase", () => {
  const metrics = { loss: 0.0000123, accuracy: Number.NaN };
  expect(line("epoch_end", { epoch: 2, totalEpochs: 10, phase: "val", metrics })).toBe(
    "epoch  2/10  val    loss 1.23e-5  accuracy NaN",
  );
});

it("tells how a run began and ended", () => {
  const start = {
    experimentName: "e",
    dataset: "PneumoniaMNIST",
    model: "mlp",
    backend: "wasm (planned)",
    seed: 7,
  };
  expect(line("training_start", { ...start, strategy: "fedavg", numClients: 5 })).toBe(
    "e: PneumoniaMNIST, mlp, fedavg over 5 clients, seed 7; wasm (planned)",
  );
  expect(line("training_start", start)).toBe("e: PneumoniaMNIST, mlp, centralized, seed 7; wasm (planned)");
  const end = {
    status: "completed",
    trainingDuration: "0:01:02",
    finalMetrics: { accuracy: 0.9, test_auroc: 0.95 },
  };
  expect(line("training_end", { ...end, bestRound: 4 })).toBe(
    "completed after 0:01:02; best round 4: accuracy 0.9000  test_auroc 0.9500",
  );
  expect(line("training_end", { ...end, status: "stopped", finalMetrics: {} })).toBe("stopped after 0:01:02");
});

it("tells of clients only when they returned nothing, without characters that a terminal acts on", () => {
  const client = { round: 2, clientId: "client-1", status: "ok" };
  expect(line("client_complete", client)).toBeUndefined();
  expect(line("client_complete", { ...client, status: "failed", error: "no \u001b[2Jmemory" })).toBe(
    "round 2: client-1 failed: no \ufffd[2Jmemory",
  );
  expect(line("client_progress", { round: 1 })).toBeUndefined();
});

it("tells of errors, early ends and the best checkpoint", () => {
  expect(line("error", { error: "too few", errorType: "round_kept", fatal: false })).toBe(
    "note: too few (round_kept)",
  );
  expect(line("error", { error: "x", errorType: "training_error", fatal: true })).toBe(
    "failed: x (training_error)",
  );
  expect(line("early_stopping", { reason: "no improvement for 3 rounds" })).toBe(
    "stopping early: no improvement for 3 rounds",
  );
  expect(line("checkpoint", { path: "c/best.checkpoint", bytes: 10, isBest: true })).toBe(
    "best so far kept: c/best.checkpoint (10 bytes)",
  );
  expect(line("checkpoint", { path: "c/last.checkpoint", bytes: 10, isBest: false })).toBeUndefined();
});
