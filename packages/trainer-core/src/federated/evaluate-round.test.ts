import { describe, expect, it } from "vitest";
import { metricsOf } from "../metrics/evaluate.js";
import { predictionsOf } from "../metrics/predictions.js";
import {
  dataset,
  holdouts,
  local,
  federationOptions as options,
  readAll,
  shares,
} from "../testing/small-federation.js";
import { eventsOf as of } from "../testing/small-task.js";
import { createFederatedTrainer, type FederatedTrainerOptions } from "./federated-trainer.js";
import { createInProcessPool } from "./in-process-pool.js";

const play = (changes: Partial<FederatedTrainerOptions> = {}) =>
  readAll(createFederatedTrainer(options(changes)));

describe("evaluation after a round", () => {
  it("does without any", async () => {
    const { evaluate: _, ...rest } = options();
    const events = await readAll(createFederatedTrainer(rest));
    expect(of(events, "round_metrics").map(({ data }) => data.metrics)).toEqual([{}, {}]);
    const [end] = of(events, "training_end");
    expect(end?.data).toMatchObject({ status: "completed", totalRounds: 2, finalMetrics: {} });
    expect(end?.data).not.toHaveProperty("bestRound");
  });

  it("says what is of single classes, and what took how long", async () => {
    const [round, val, test] = of(await play({ numRounds: 1 }), "metrics");
    expect(round?.data.metrics).toMatchObject({
      learning_rate: 0.05,
      "time/training_ms": expect.any(Number),
      "time/clients_ms": expect.any(Number),
      "time/aggregation_ms": expect.any(Number),
      "time/evaluation_ms": expect.any(Number),
      "time/waiting_ms": expect.any(Number),
    });
    for (const [event, phase] of [
      [val, "val"],
      [test, "test"],
    ] as const) {
      expect(event?.data).toMatchObject({
        phase,
        round: 1,
        metrics: { "recall/class_2": expect.any(Number), "confusion/0/1": expect.any(Number) },
      });
    }
  });

  it("pools what clients find on data of their own, beside the server's evaluation", async () => {
    const trainer = createFederatedTrainer(options({ numRounds: 1, clientEvaluation: { numClasses: 3 } }));
    const events = await readAll(trainer);
    const indices = Uint32Array.from(holdouts.flatMap((holdout) => [...holdout]));
    const outputs = await local.predict(trainer.weights, dataset.train, { indices });
    const whole = metricsOf(predictionsOf(outputs, dataset.train, { ...local, indices }));
    const { metrics } = of(events, "round_metrics")[0]?.data ?? {};
    for (const name of ["loss", "accuracy", "precision", "recall", "f1"]) {
      expect(metrics?.[`pooled_${name}`], name).toBeCloseTo(whole[name] as number, 10);
    }
    expect(of(events, "round_end")[0]?.data.evalMetrics).toMatchObject({
      val_loss: expect.any(Number),
      pooled_val_loss: metrics?.pooled_loss,
      pooled_val_num_samples: 60,
    });
  });

  it("does without clients that cannot evaluate, and says how many", async () => {
    const pool = createInProcessPool({ trainer: local, data: dataset, shares });
    const events = await play({ pool, numRounds: 1, clientEvaluation: { numClasses: 3, fraction: 0.5 } });
    expect(of(events, "error")[0]?.data).toMatchObject({
      errorType: "evaluation_failed",
      error: expect.stringContaining("2 of 2 clients have no part in it: client-"),
      fatal: false,
    });
    expect(of(events, "training_end")[0]?.data.status).toBe("completed");
  });

  it("goes by the clients' evaluation where the server has none", async () => {
    const { evaluate: _, ...rest } = options({ clientEvaluation: { numClasses: 3 } });
    const events = await readAll(createFederatedTrainer(rest));
    expect(of(events, "training_end")[0]?.data).toMatchObject({
      bestRound: expect.any(Number),
      bestValAccuracy: expect.any(Number),
    });
  });
});
