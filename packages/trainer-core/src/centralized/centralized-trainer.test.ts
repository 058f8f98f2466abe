import type { TrainingEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { earlyStopping } from "../callbacks/early-stopping.js";
import { learningRateSchedule } from "../callbacks/learning-rate-schedule.js";
import { grammarFault } from "../testing/event-grammar.js";
import { createSmallDataset, createSmallTrainer, eventsOf } from "../testing/small-task.js";
import { type CentralizedTrainerOptions, createCentralizedTrainer } from "./centralized-trainer.js";

const dataset = createSmallDataset();
const local = createSmallTrainer();

function options(changes: Partial<CentralizedTrainerOptions> = {}): CentralizedTrainerOptions {
  return {
    runId: "01JD0000000000000000000000",
    experimentName: "test",
    seed: 1,
    initialWeights: local.initialWeights(1),
    trainer: local,
    dataset,
    numEpochs: 3,
    batchSize: 16,
    learningRate: 0.05,
    about: { dataset: dataset.title, model: "small" },
    ...changes,
  };
}

async function play(changes: Partial<CentralizedTrainerOptions> = {}): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of createCentralizedTrainer(options(changes)).run()) events.push(event);
  expect(grammarFault(events)).toBeUndefined();
  return events;
}

const metricNames = ["accuracy", "auroc", "f1", "learning_rate", "loss", "precision", "recall"];

describe("createCentralizedTrainer", () => {
  it("says everything in order, with every metric of both phases", async () => {
    const events = await play();
    expect(events.slice(0, 3)).toMatchObject([
      { type: "training_mode", data: { isFederated: false, numRounds: 0, numClients: 0 } },
      {
        type: "training_start",
        data: { trainingMode: "centralized", totalEpochs: 3, backend: local.engine, seed: 1, model: "small" },
      },
      { type: "epoch_start", data: { epoch: 1, totalEpochs: 3 } },
    ]);
    const ends = eventsOf(events, "epoch_end");
    expect(ends.map(({ data }) => [data.epoch, data.phase])).toEqual([
      [1, "train"],
      [1, "val"],
      [2, "train"],
      [2, "val"],
      [3, "train"],
      [3, "val"],
    ]);
    for (const { data } of ends) expect(Object.keys(data.metrics).sort()).toEqual(metricNames);
    const [times, classes] = eventsOf(events, "metrics");
    expect(times?.data.metrics).toMatchObject({ "time/training_ms": expect.any(Number) });
    expect(classes?.data).toMatchObject({ phase: "val", metrics: { "f1/class_2": expect.any(Number) } });
  });

  it("learns, and ends with the epoch that was best on validation data", async () => {
    const events = await play({ numEpochs: 8 });
    const vals = eventsOf(events, "epoch_end").flatMap(({ data }) => (data.phase === "val" ? [data] : []));
    const aurocs = vals.map(({ metrics }) => metrics.auroc as number);
    const best = Math.max(...aurocs);
    expect(best).toBeGreaterThan(0.85);
    const bestEpoch = aurocs.indexOf(best) + 1;
    const { learning_rate: _, ...found } = vals[bestEpoch - 1]?.metrics ?? {};
    expect(events.at(-1)?.data).toMatchObject({
      status: "completed",
      bestEpoch,
      totalEpochs: 8,
      bestValAccuracy: found.accuracy,
      bestValRecall: found.recall,
      finalMetrics: { ...found, test_auroc: expect.any(Number) },
    });
  });

  it("looks at test data only when an epoch is the best so far", async () => {
    const events = await play({ numEpochs: 8, learningRate: 0.5 });
    const tested = eventsOf(events, "metrics").flatMap(({ data }) =>
      data.phase === "test" ? [data.epoch] : [],
    );
    expect(events.at(-1)?.data).toMatchObject({ bestEpoch: tested.at(-1) });
    expect(tested.length).toBeLessThan(8);
  });

  it("leaves out what there is no data for, and the second look at the training data if asked to", async () => {
    const none = { numSamples: 0, features: new Float32Array(), labels: new Uint8Array() };
    const events = await play({
      dataset: { train: dataset.train, val: none, test: none },
      evaluateTrain: false,
    });
    expect(eventsOf(events, "epoch_end").map(({ data }) => Object.keys(data.metrics).sort())).toEqual(
      Array(3).fill(["accuracy", "learning_rate", "loss"]),
    );
    expect(eventsOf(events, "training_end")[0]?.data.finalMetrics).toEqual({});
  });

  it("follows a learning-rate schedule", async () => {
    const callbacks = [learningRateSchedule({ kind: "step", every: 1, factor: 0.5 })];
    const rates = eventsOf(await play({ callbacks }), "epoch_end").map(
      ({ data }) => data.metrics.learning_rate,
    );
    expect(rates).toEqual([0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125].map((rate) => expect.closeTo(rate, 7)));
  });

  it("stops early and goes back to the best epoch", async () => {
    const callbacks = [earlyStopping({ metric: "val_loss", mode: "min", patience: 2, restoreBest: true })];
    const trainer = createCentralizedTrainer(options({ numEpochs: 200, learningRate: 0.5, callbacks }));
    const events: TrainingEvent[] = [];
    const seen: Float32Array[] = [];
    for await (const event of trainer.run()) {
      events.push(event);
      if (event.type === "epoch_start") seen.push(trainer.weights);
    }
    expect(grammarFault(events)).toBeUndefined();
    const [stopped] = eventsOf(events, "early_stopping");
    const { epoch = 0, reason } = stopped?.data ?? {};
    expect(stopped?.data).toMatchObject({ metricName: "val_loss", patience: 2 });
    expect(reason).toContain(`did not improve for 2 epochs`);
    const losses = eventsOf(events, "epoch_end").flatMap(({ data }) =>
      data.phase === "val" ? [data.metrics.loss as number] : [],
    );
    expect(stopped?.data.bestMetricValue).toBe(Math.min(...losses));
    expect(losses).toHaveLength(epoch);
    // What the epoch after the best one started from.
    expect([...trainer.weights]).toEqual([...(seen[epoch - 2] as Float32Array)]);
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", totalEpochs: epoch });
  });

  it("says so when early stopping waits for a metric that is not there", async () => {
    const stopping = { metric: "val_acc", mode: "max", patience: 1 } as const;
    const events = await play({ numEpochs: 1, callbacks: [earlyStopping(stopping)] });
    expect(eventsOf(events, "error")[0]?.data.error).toContain("expected one that epoch 1 reported");
    expect(() => earlyStopping({ ...stopping, patience: 0 })).toThrow(
      "patience: expected an integer >= 1, got 0",
    );
  });

  it("says so when the metric of the best epoch is not there, and takes no epoch for the best", async () => {
    const events = await play({ numEpochs: 1, best: { metric: "val_acc", mode: "max" } });
    expect(grammarFault(events)).toBeUndefined();
    const [error] = eventsOf(events, "error");
    expect(error?.data).toMatchObject({ fatal: false, errorType: "invalid_option" });
    expect(error?.data.error).toMatch(
      /^best\.metric: expected one that epoch 1 reported \(.*val_accuracy.*\), got val_acc$/,
    );
    expect(events.at(-1)?.data).not.toHaveProperty("bestEpoch");
  });

  it("stops within the epoch when it is told to", async () => {
    const trainer = createCentralizedTrainer(options({ numEpochs: 1_000 }));
    const events: TrainingEvent[] = [];
    for await (const event of trainer.run()) {
      events.push(event);
      if (event.type === "epoch_start" && event.data.epoch === 3) trainer.stop("enough");
    }
    expect(grammarFault(events)).toBeUndefined();
    expect(events.at(-1)?.data).toMatchObject({ status: "stopped", totalEpochs: 2 });
  });

  it("ends as failed, with the reason, when training breaks", async () => {
    const broken = { ...local, train: async () => Promise.reject(new Error("out of memory")) };
    const events = await play({ trainer: broken });
    expect(events.slice(-2)).toMatchObject([
      { type: "error", data: { error: "out of memory", errorType: "training_error", fatal: true } },
      { type: "training_end", data: { status: "failed", totalEpochs: 0, finalMetrics: {} } },
    ]);
  });

  it("refuses what cannot work before it begins", () => {
    expect(() => createCentralizedTrainer(options({ numEpochs: 0 }))).toThrow(
      "numEpochs: expected an integer >= 1",
    );
    expect(() => createCentralizedTrainer(options({ initialWeights: new Float32Array(3) }))).toThrow(
      "initialWeights: expected 67 elements, got 3",
    );
    expect(() => createCentralizedTrainer(options({ batchSize: 0 }))).toThrow(
      "batchSize: expected an integer >= 1, got 0",
    );
    const learningRate = "fast" as unknown as number;
    expect(() => createCentralizedTrainer(options({ learningRate }))).toThrow(
      'learningRate: expected a finite number >= 0, got "fast"',
    );
  });
});
