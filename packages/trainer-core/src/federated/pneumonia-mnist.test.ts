import { fileURLToPath } from "node:url";
import { fedAvg } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { expect, it } from "vitest";
import { openDataset } from "../data/open-dataset.js";
import { partitionIndices } from "../data/partition/partition-indices.js";
import { evaluateWith } from "../metrics/evaluate.js";
import { findModel } from "../models/registry.js";
import { createPlanTrainer } from "../plan/create-plan-trainer.js";
import { grammarFault } from "../testing/event-grammar.js";
import { eventsOf } from "../testing/small-task.js";
import { createFederatedTrainer } from "./federated-trainer.js";
import { createInProcessPool } from "./in-process-pool.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const path = fileURLToPath(
  new URL(
    "pneumoniamnist/pneumoniamnist.npz",
    new URL(`${process.env.FEDLOOM_DATA ?? "../shared/data"}/`, `file://${repository}`),
  ),
);

it("passes a test AUC of 0.93 on PneumoniaMNIST within 20 rounds of 5 very different clients", async () => {
  const dataset = await openDataset({ source: { path }, seed: 1 });
  const model = findModel("pneumonia-cnn");
  const { localEpochs, batchSize, learningRate, ...training } = model.recommended;
  const numOutputs = dataset.classNames.length;
  using local = createPlanTrainer(model.build({ sampleShape: dataset.sampleShape, numOutputs }));
  const shares = partitionIndices(dataset.train.labels, {
    kind: "dirichlet",
    alpha: 0.5,
    numClients: 5,
    seed: 1,
  });
  await using pool = createInProcessPool({ trainer: local, data: dataset, shares, training });
  const trainer = createFederatedTrainer({
    runId: "01JD0000000000000000000000",
    experimentName: "pneumonia",
    pool,
    strategy: fedAvg(),
    numRounds: 20,
    train: { epochs: localEpochs, batchSize, learningRate },
    seed: 1,
    initialWeights: local.initialWeights(1),
    evaluate: evaluateWith(pool.predict, dataset, local),
    about: { backend: local.engine, dataset: dataset.title, model: model.name },
    callbacks: [
      {
        name: "good-enough",
        // The rest of the rounds would prove nothing more.
        afterStep: ({ metrics }) =>
          (metrics.val_auroc ?? 0) > 0.99 ? { stop: { reason: "proven" } } : undefined,
      },
    ],
  });
  const events: TrainingEvent[] = [];
  for await (const event of trainer.run()) events.push(event);
  expect(grammarFault(events)).toBeUndefined();
  const [end] = eventsOf(events, "training_end");
  expect(end?.data.finalMetrics.test_auroc).toBeGreaterThan(0.93);
}, 600_000);
