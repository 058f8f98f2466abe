import type { TrainingEvent } from "@fedloom/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { checkpointing } from "../callbacks/checkpointing.js";
import { stopWhen } from "../callbacks/early-stopping.js";
import { createCentralizedTrainer } from "../centralized/centralized-trainer.js";
import { createMemoryCheckpoints } from "../checkpoint/memory-checkpoints.js";
import { createFederatedTrainer } from "../federated/federated-trainer.js";
import { createInProcessPool } from "../federated/in-process-pool.js";
import { grammarFault } from "./event-grammar.js";
import { createSmallDataset, createSmallTrainer, dealOut } from "./small-task.js";

const dataset = createSmallDataset(30);
const local = createSmallTrainer();
const common = () => ({
  runId: "01JD0000000000000000000000",
  experimentName: "test",
  seed: 1,
  initialWeights: local.initialWeights(1),
  about: { backend: local.engine, dataset: dataset.title, model: "small" },
  callbacks: [
    stopWhen({ kind: "maxRounds", rounds: 2 }),
    checkpointing({ store: createMemoryCheckpoints() }),
  ],
});
const runs: Record<"federated" | "centralized", TrainingEvent[]> = { federated: [], centralized: [] };

beforeAll(async () => {
  const pool = createInProcessPool({ trainer: local, data: dataset, shares: dealOut(30, 2) });
  const train = { epochs: 1, batchSize: 8, learningRate: 0.1 };
  const { fedAvg } = await import("@fedloom/fl-strategy");
  const federated = createFederatedTrainer({ ...common(), pool, strategy: fedAvg(), train, numRounds: 9 });
  for await (const event of federated.run()) runs.federated.push(event);
  const options = { trainer: local, dataset, numEpochs: 9, batchSize: 8, learningRate: 0.1 };
  const centralized = createCentralizedTrainer({ ...common(), ...options });
  for await (const event of centralized.run()) runs.centralized.push(event);
});

describe.each(["federated", "centralized"] as const)("grammarFault of a %s run", (mode) => {
  const without = (type: TrainingEvent["type"]) => {
    const at = runs[mode].findIndex((event) => event.type === type);
    expect(at).not.toBe(-1);
    return runs[mode].toSpliced(at, 1);
  };

  it("finds nothing in a real one", () => expect(grammarFault(runs[mode])).toBeUndefined());

  it("finds any event that is missing, but for those that need not come", () => {
    const optional = new Set(["client_progress", "checkpoint", "early_stopping", "error", "metrics"]);
    for (const type of new Set(runs[mode].map(({ type }) => type))) {
      if (optional.has(type)) continue;
      expect(grammarFault(without(type)), type).toBeDefined();
    }
  });

  it("finds two events that have changed places", () => {
    const events = runs[mode];
    let found = 0;
    for (let i = 0; i + 1 < events.length; i += 1) {
      const [a, b] = [events[i] as TrainingEvent, events[i + 1] as TrainingEvent];
      if (a.type === b.type || /progress|complete/.test(a.type + b.type)) continue;
      found += 1;
      expect(grammarFault(events.toSpliced(i, 2, b, a)), `${a.type} and ${b.type}`).toBeDefined();
    }
    expect(found).toBeGreaterThan(5);
  });

  it("finds an event of another run, a gap in the numbers and a wrong end", () => {
    const change = (type: TrainingEvent["type"], data: object) => {
      const at = runs[mode].findLastIndex((event) => event.type === type);
      const event = runs[mode][at] as TrainingEvent;
      return runs[mode].with(at, { ...event, data: { ...event.data, ...data } } as TrainingEvent);
    };
    expect(grammarFault(change("metrics", { runId: "01JD0000000000000000000001" }))).toContain("run 01JD");
    const [start, field] =
      mode === "federated" ? (["round_start", "round"] as const) : (["epoch_start", "epoch"] as const);
    expect(grammarFault(change(start, { [field]: 3 }))).toContain(`${start} 3 after 1`);
    expect(grammarFault(change("training_end", { status: "failed" }))).toContain(
      "failed without a fatal error",
    );
    expect(grammarFault(change("training_end", { durationSeconds: -1 }))).toContain("duration_seconds");
  });
});
