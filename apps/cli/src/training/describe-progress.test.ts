import type { FedloomEvent } from "@fedloom/protocol";
import { expect, it } from "vitest";
import { createProgressDescriber } from "./describe-progress.js";

const eventOf = (type: string, data: object) =>
  ({ type, timestamp: "2026-03-01T10:20:30.456Z", data }) as unknown as FedloomEvent;
const line = (type: string, data: object) => createProgressDescriber(80)(eventOf(type, data));

const round = {
  round: 3,
  totalRounds: 20,
  fitMetrics: { train_loss: 0.51234, num_samples: 100 },
  evalMetrics: { val_loss: 0.4, val_accuracy: 0.875, val_precision: 1 },
  durationMs: 1234,
};

it("tells rounds as rows of a table", () => {
  const describe = createProgressDescriber(80);
  expect(describe(eventOf("round_end", round))).toBe(
    ["round  time   train_loss  val_loss  val_accuracy", " 3/20  1.2 s  0.5123      0.4000    0.8750"].join(
      "\n",
    ),
  );
  expect(describe(eventOf("round_end", { ...round, round: 4, durationMs: 12_345 }))).toBe(
    " 4/20  12.3 s 0.5123      0.4000    0.8750",
  );
  expect(describe(eventOf("round_end", { ...round, clientId: "client-1" }))).toBeUndefined();
});

it("leaves out the columns that the terminal has no room for", () => {
  const text = createProgressDescriber(36)(eventOf("round_end", round));
  expect(text?.split("\n")[0]).toBe("round  time   train_loss  val_loss");
});

it("tells an epoch, and its phase", () => {
  const metrics = { loss: 0.0000123, accuracy: Number.NaN };
  expect(line("epoch_end", { epoch: 2, totalEpochs: 10, phase: "val", metrics })).toBe(
    ["epoch  phase  loss     accuracy", " 2/10  val    1.23e-5  NaN"].join("\n"),
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
    "e: PneumoniaMNIST\nmlp, fedavg over 5 clients, seed 7\nwasm (planned)",
  );
  expect(line("training_start", start)).toBe("e: PneumoniaMNIST\nmlp, centralized, seed 7\nwasm (planned)");
  const end = {
    status: "completed",
    trainingDuration: "0:01:02",
    finalMetrics: { accuracy: 0.9, test_loss: 0.25, test_auroc: 0.95, pooled_f1: 0.5 },
  };
  expect(line("training_end", { ...end, bestRound: 4 })).toBe(
    [
      "completed after 0:01:02; best round 4",
      "  val    accuracy 0.9000",
      "  test   loss 0.2500  auroc 0.9500",
      "  pooled f1 0.5000",
    ].join("\n"),
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

it("tells of errors and early ends", () => {
  expect(line("error", { error: "too few", errorType: "round_kept", fatal: false })).toBe(
    "note: too few (round_kept)",
  );
  const threw = "callback checkpointing: onStepClosed threw: c: the disk is full";
  expect(line("error", { error: threw, errorType: "checkpoint_failed", fatal: false })).toBe(
    "note: c: the disk is full (checkpoint_failed)",
  );
  expect(line("error", { error: "x", errorType: "training_error", fatal: true })).toBe(
    "failed: x (training_error)",
  );
  expect(line("early_stopping", { reason: "no improvement for 3 rounds" })).toBe(
    "stopping early: no improvement for 3 rounds",
  );
  expect(line("checkpoint", { path: "c/best.checkpoint", bytes: 10, isBest: true })).toBeUndefined();
});
