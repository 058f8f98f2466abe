import type { EventRow } from "@fedloom/db";
import type { TestApi } from "./open-test-api.js";

export interface StoreRunOptions {
  readonly runId: string;
  readonly numRounds: number;
  readonly clientIds: readonly string[];
}

const BATCH = 5_000;
const START = Date.parse("2026-11-20T10:00:00.000Z");

/** Stores a federated run as if it had been trained, with every event that a trainer sends. */
export async function storeRun(
  api: TestApi,
  { runId, numRounds, clientIds }: StoreRunOptions,
): Promise<void> {
  await api.database.runs.create({
    runId,
    project: "default",
    experimentName: "stored",
    mode: "federated",
    config: { num_rounds: numRounds },
    seed: 1,
    tags: [],
    notes: "",
    totalSteps: numRounds,
  });
  let batch: EventRow[] = [];
  for (const row of eventsOf({ runId, numRounds, clientIds })) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    await api.store(batch);
    batch = [];
  }
  await api.store(batch);
}

function* eventsOf({ runId, numRounds, clientIds }: StoreRunOptions): Generator<EventRow> {
  let seq = 0;
  const row = (type: string, data: Record<string, unknown>) => eventRow(runId, ++seq, { type, data });
  const numClients = clientIds.length;
  yield row("training_mode", { is_federated: true, num_rounds: numRounds, num_clients: numClients });
  yield row("training_start", {
    experiment_name: "stored",
    training_mode: "federated",
    num_rounds: numRounds,
  });
  for (let round = 1; round <= numRounds; round += 1) {
    const common = { round, total_rounds: numRounds };
    yield row("round_start", { ...common, participating_clients: numClients });
    for (const [index, clientId] of clientIds.entries()) {
      yield row("client_complete", {
        round,
        client_id: clientId,
        num_samples: 100 + index,
        metrics: { train_loss: 1 / round + index },
        duration_ms: 12.5,
        bytes_up: 10,
        bytes_down: 20,
        status: "ok",
      });
    }
    const fit = { train_loss: 1 / round, num_samples: 100 * numClients };
    yield row("round_end", {
      ...common,
      fit_metrics: fit,
      eval_metrics: { val_loss: 2 / round },
      duration_ms: 50,
    });
    yield row("round_metrics", {
      ...common,
      metrics: { accuracy: 1 - 1 / (round + 1), odd: round === 2 ? "NaN" : 1 },
    });
  }
  yield row("training_end", {
    status: "completed",
    experiment_name: "stored",
    best_round: numRounds,
    total_rounds: numRounds,
    training_duration: "0:01:00",
    duration_seconds: 60,
    final_metrics: { test_auroc: 0.9, odd: "-Infinity" },
  });
}

/** One event of a run's trainer, a second after the one before. */
export function eventRow(
  runId: string,
  seq: number,
  { type, data }: { type: string; data: Record<string, unknown> },
): EventRow {
  return {
    runId,
    source: "trainer",
    seq,
    offset: seq,
    streamEpoch: "epoch-1",
    type,
    timestamp: new Date(START + seq * 1_000).toISOString(),
    payload: { run_id: runId, ...data },
  };
}
