import {
  centralPrivacy,
  clipUpdate,
  createStrategy,
  fedAvg,
  rejectInvalid,
  type StrategyName,
  strategyNames,
  type Update,
} from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import type { Evaluate } from "../metrics/evaluate.js";
import { federationOptions, readAll } from "../testing/small-federation.js";
import { eventsOf as of } from "../testing/small-task.js";
import type { ClientPool } from "./client-pool.js";
import { createFederatedTrainer, type FederatedTrainerOptions } from "./federated-trainer.js";

const play = (changes: Partial<FederatedTrainerOptions> = {}) =>
  readAll(createFederatedTrainer(federationOptions(changes)));

/** A pool that answers with what `change` makes of the real clients' reports. */
function tampered(change: (update: Update) => Update | string): ClientPool {
  const { pool } = federationOptions();
  return {
    ...pool,
    async *train(round) {
      for await (const report of pool.train(round)) {
        if (report.kind !== "update") continue;
        const result = change(report.update);
        if (typeof result !== "string") yield { ...report, update: result };
        else {
          const { durationMs, bytesDown } = report;
          const { clientId } = report.update;
          yield { kind: "failed", clientId, status: "failed", error: result, durationMs, bytesDown };
        }
      }
    },
  };
}

describe("createFederatedTrainer", () => {
  it("says everything in order, in events that pass their schemas", async () => {
    const events = await play();
    const client = ["client_progress", "client_progress", "client_complete"];
    const evaluation = ["metrics", "metrics", "metrics", "round_end", "round_metrics"];
    const round = ["round_start", ...client, ...client, ...client, ...evaluation];
    expect(events.map(({ type }) => type)).toEqual([
      "training_mode",
      "training_start",
      ...round,
      ...round,
      "training_end",
    ]);
    const [start] = of(events, "round_start");
    expect(start?.data.clientIds).toEqual(["client-1", "client-2", "client-3"]);
    const [end] = of(events, "round_end");
    expect(end?.data.fitMetrics).toMatchObject({ num_samples: 120, train_loss: expect.any(Number) });
    expect(end?.data.evalMetrics).toMatchObject({ val_loss: expect.any(Number) });
    const [found] = of(events, "round_metrics");
    expect(Object.keys(found?.data.metrics ?? {}).sort()).toEqual(
      ["accuracy", "auroc", "f1", "loss", "precision", "recall"]
        .flatMap((name) => [name, `test_${name}`])
        .sort(),
    );
  });

  it("says what each hook did", async () => {
    const hooks = [rejectInvalid(), clipUpdate({ maxNorm: 1e-3 })];
    const events = await play({ hooks, numRounds: 1 });
    expect(of(events, "metrics")[0]?.data).toMatchObject({
      round: 1,
      metrics: {
        "hooks/reject-invalid/verdict": 0,
        "hooks/clip-update/verdict": 1,
        "hooks/clip-update/clipped": 3,
        "hooks/clip-update/duration_ms": expect.any(Number),
      },
    });
  });

  it("says what privacy a run has spent so far", async () => {
    const hooks = [
      rejectInvalid(),
      centralPrivacy({ noiseMultiplier: 20, clipNorm: 1e-3, population: 1_000 }),
    ];
    const strategy = fedAvg({ weighting: "uniform" });
    const events = await play({ hooks, strategy, privacy: { delta: 1e-4 } });
    const spent = of(events, "metrics").flatMap(({ data }) => data.metrics["privacy/epsilon"] ?? []);
    expect(spent).toHaveLength(2);
    expect(spent[0]).toBeGreaterThan(0);
    expect(spent[1]).toBeGreaterThan(spent[0] as number);
  });

  it.each(strategyNames)("trains with the strategy %s, whatever it asks of the clients", async (name) => {
    const required: Partial<Record<StrategyName, object>> = {
      fedprox: { mu: 0.1 },
      fedbuff: { bufferSize: 3 },
      krum: { f: 0 },
      "multi-krum": { f: 0 },
      bulyan: { f: 0 },
      "trimmed-mean": { beta: 0.34 },
      "centered-clipping": { radius: 10 },
    };
    const strategy = createStrategy(name, { ...required[name] });
    const train = { epochs: 1, batchSize: 16, learningRate: 0.02 };
    const events = await play({ strategy, train, numRounds: 2 });
    expect(of(events, "error")).toEqual([]);
    expect(of(events, "client_complete").map(({ data }) => data.status)).toEqual(Array(6).fill("ok"));
    expect(of(events, "training_end")[0]?.data).toMatchObject({ status: "completed", totalRounds: 2 });
  });

  it("goes on without the clients that have not answered by the deadline", async () => {
    const { pool } = federationOptions();
    const slow: ClientPool = {
      ...pool,
      [Symbol.asyncDispose]: pool[Symbol.asyncDispose],
      async *train(round) {
        yield* pool.train({ ...round, tasks: round.tasks.slice(0, 2) });
        await new Promise<void>((resolve) => round.signal.addEventListener("abort", () => resolve()));
      },
    };
    const events = await play({ pool: slow, numRounds: 1, deadlineMs: 1_000 });
    expect(
      of(events, "client_complete").map(({ data: { clientId, status, error } }) => [clientId, status, error]),
    ).toEqual([
      ["client-1", "ok", undefined],
      ["client-2", "ok", undefined],
      ["client-3", "timeout", "no update in time"],
    ]);
    expect(of(events, "round_end")).toHaveLength(1);
  });

  it("keeps the weights of a round without its quorum", async () => {
    const events = await play({
      pool: tampered(({ clientId }) => (clientId === "client-1" ? "gone" : "gone too")),
      numRounds: 1,
      quorum: 2,
    });
    expect(of(events, "error")[0]?.data.errorType).toBe("round_kept");
  });

  it("ends with the metrics of the round that was best on validation data", async () => {
    const aurocs = [0.7, 0.9, 0.8];
    let evaluations = 0;
    const evaluate: Evaluate = async (_weights, split) => {
      const auroc = aurocs[Math.floor(evaluations / 2)] ?? Number.NaN;
      evaluations += 1;
      return split === "val" ? { auroc, accuracy: auroc / 2, recall: 0.1 } : { auroc: auroc - 0.5 };
    };
    const events = await play({ numRounds: 3, evaluate });
    expect(of(events, "training_end")[0]?.data).toMatchObject({
      status: "completed",
      bestRound: 2,
      bestValAccuracy: 0.45,
      bestValRecall: 0.1,
      totalRounds: 3,
      finalMetrics: { auroc: 0.9, test_auroc: 0.4 },
    });
  });

  it("gives the same run for the same seed", async () => {
    const metrics = async (seed: number) =>
      of(await play({ seed, numRounds: 1 }), "round_metrics").map(({ data }) => data.metrics);
    expect(await metrics(1)).toEqual(await metrics(1));
    expect(await metrics(2)).not.toEqual(await metrics(1));
  });

  it("goes on without a client that fails or sends what cannot be aggregated", async () => {
    const pool = tampered((update) => {
      if (update.clientId === "client-1") return "out of memory";
      if (update.clientId === "client-2") return { ...update, values: update.values.fill(Number.NaN) };
      return update;
    });
    const events = await play({ pool, numRounds: 1 });
    expect(of(events, "client_complete").map(({ data }) => [data.clientId, data.status, data.error])).toEqual(
      [
        ["client-1", "failed", "out of memory"],
        ["client-2", "rejected", expect.stringContaining("expected a finite value, got NaN")],
        ["client-3", "ok", undefined],
      ],
    );
    expect(of(events, "round_end")[0]?.data.fitMetrics.num_samples).toBe(40);
    expect(of(events, "training_end")[0]?.data.status).toBe("completed");
  });

  it("keeps the weights, and says why, when no update can be used", async () => {
    const events = await play({ pool: tampered(() => "unplugged"), numRounds: 1 });
    expect(of(events, "error")[0]?.data).toMatchObject({
      fatal: false,
      errorType: "round_kept",
      error: "round 1: the global weights were kept: no update was accepted (0 refused, 3 clients failed)",
    });
    expect(of(events, "training_end")[0]?.data.status).toBe("completed");
  });

  it("stops within the round when it is told to, with what was reached", async () => {
    const trainer = createFederatedTrainer(federationOptions({ numRounds: 100 }));
    const events: TrainingEvent[] = [];
    for await (const event of trainer.run()) {
      events.push(event);
      if (event.type === "round_start" && event.data.round === 2) trainer.stop("enough");
    }
    expect(of(events, "round_start")).toHaveLength(2);
    expect(of(events, "round_end")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      type: "training_end",
      data: { status: "stopped", totalRounds: 1, bestRound: 1 },
    });
  });

  it("ends as failed, with the reason, when the run itself breaks", async () => {
    const evaluate = async () => {
      throw new Error("no validation data");
    };
    const events = await play({ evaluate });
    expect(events.slice(-2)).toMatchObject([
      { type: "error", data: { error: "no validation data", fatal: true } },
      { type: "training_end", data: { status: "failed", totalRounds: 0, finalMetrics: {} } },
    ]);
  });

  it("ends when the strategy says so, and cannot go back to weights that nobody kept", async () => {
    const decided = { decision: "rollback", round: 1, reason: "it got worse" } as const;
    const strategy = {
      ...fedAvg(),
      decide: ({ round }: { round: number }) => (round === 2 ? decided : ({ decision: "continue" } as const)),
    };
    const events = await play({ strategy, numRounds: 5 });
    expect(of(events, "error")[0]?.data).toMatchObject({
      errorType: "rollback_failed",
      error: "round 2: the weights of round 1 were not kept",
    });
    expect(of(events, "early_stopping")[0]?.data).toMatchObject({
      round: 2,
      reason: "it got worse",
      patience: 0,
    });
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", totalRounds: 2 });
  });

  it("refuses what cannot work before it begins", () => {
    const create = (changes: Partial<FederatedTrainerOptions>) => () =>
      createFederatedTrainer(federationOptions(changes));
    expect(create({ numRounds: 0.5 })).toThrow("numRounds: expected an integer >= 1, got 0.5");
    const clientEvaluation = {} as { numClasses: number };
    expect(create({ clientEvaluation })).toThrow(
      "clientEvaluation.numClasses: expected an integer >= 0, got undefined",
    );
    const train = { epochs: 1, batchSize: 8 } as FederatedTrainerOptions["train"];
    expect(create({ train })).toThrow("train.learningRate: expected a finite number >= 0, got undefined");
    expect(create({ train: { ...train, learningRate: 1, epochs: 0 } })).toThrow(
      "train.epochs: expected an integer >= 1, got 0",
    );
    expect(create({ initialWeights: new Float32Array(3) })).toThrow(
      "initialWeights: expected 67 elements, got 3",
    );
    expect(create({ hooks: [centralPrivacy({ noiseMultiplier: 1, clipNorm: 1 })] })).toThrow("weighting");
  });

  it("stops training when its reader leaves", async () => {
    const { pool } = federationOptions();
    let over = false;
    const watched: ClientPool = {
      ...pool,
      async *train(round) {
        try {
          yield* pool.train(round);
        } finally {
          over = true;
        }
      },
    };
    for await (const event of createFederatedTrainer(federationOptions({ pool: watched })).run()) {
      if (event.type === "client_progress") break;
    }
    expect(over).toBe(true);
  });
});
