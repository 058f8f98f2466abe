import {
  type AggregateHook,
  centralPrivacy,
  fedAdam,
  fedAvg,
  fedBuff,
  rejectInvalid,
  type Strategy,
  scaffold,
} from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { checkpointing } from "../callbacks/checkpointing.js";
import { earlyStopping } from "../callbacks/early-stopping.js";
import { learningRateSchedule } from "../callbacks/learning-rate-schedule.js";
import type { TrainerCallback } from "../callbacks/trainer-callback.js";
import {
  type CentralizedTrainerOptions,
  createCentralizedTrainer,
} from "../centralized/centralized-trainer.js";
import { createFederatedTrainer, type FederatedTrainerOptions } from "../federated/federated-trainer.js";
import { createInProcessPool } from "../federated/in-process-pool.js";
import { type Evaluate, evaluateWith } from "../metrics/evaluate.js";
import type { RunSettings } from "../run/run-settings.js";
import type { Trainer } from "../run/trainer.js";
import { grammarFault } from "../testing/event-grammar.js";
import { createSmallDataset, createSmallTrainer, dealOut, withoutTimes } from "../testing/small-task.js";
import type { CheckpointStore } from "./checkpoint-store.js";
import { decodeCheckpoint } from "./decode-checkpoint.js";
import { createMemoryCheckpoints } from "./memory-checkpoints.js";

const dataset = createSmallDataset();
const local = createSmallTrainer();
const common = {
  runId: "01JD0000000000000000000000",
  experimentName: "test",
  seed: 1,
  initialWeights: local.initialWeights(1),
  // The size of a checkpoint depends on how many digits the elapsed time has.
  monotonicNow: () => 0,
  about: { backend: local.engine, dataset: dataset.title, model: "small" },
};
const evaluate = evaluateWith((weights, split) => local.predict(weights, dataset[split]), dataset, local);

type Open = (settings: Pick<RunSettings, "callbacks" | "resume">) => Trainer;

/** A trainer over one pool, so that clients keep what they have between the runs that it opens. */
function federated(changes: Partial<FederatedTrainerOptions> = {}): Open {
  const shares = dealOut(dataset.train.numSamples, 5);
  // Clients that train across rounds begin anew after a checkpoint.
  const pool = { ...createInProcessPool({ trainer: local, data: dataset, shares }), overlapping: false };
  const train = { epochs: 1, batchSize: 8, learningRate: 0.05 };
  const options = { ...common, pool, evaluate, train, strategy: fedAvg(), numRounds: 5, ...changes };
  return (settings) => createFederatedTrainer({ ...options, ...settings });
}

function centralized(changes: Partial<CentralizedTrainerOptions> = {}): Open {
  const options = { ...common, trainer: local, dataset, numEpochs: 5, batchSize: 16, learningRate: 0.05 };
  return (settings) => createCentralizedTrainer({ ...options, ...changes, ...settings });
}

type Callbacks = () => TrainerCallback[];

/** Plays a run in which every round or epoch leaves a checkpoint; `until` may leave it before its end. */
async function play(open: Open, callbacks: Callbacks, changes: Changes = {}) {
  const store = changes.store ?? createMemoryCheckpoints();
  const trainer = open({
    callbacks: [...callbacks(), checkpointing({ store, best: false })],
    ...(changes.resume && { resume: changes.resume }),
  });
  const events: TrainingEvent[] = [];
  for await (const event of trainer.run()) {
    events.push(event);
    if (changes.until?.(event)) return { events, store, weights: trainer.weights };
  }
  expect(grammarFault(events)).toBeUndefined();
  return { events, store, weights: trainer.weights };
}

interface Changes {
  readonly store?: CheckpointStore;
  readonly resume?: RunSettings["resume"];
  readonly until?: (event: TrainingEvent) => boolean;
}

const stepOf = ({ data }: TrainingEvent) => {
  const { round, epoch } = data as { round?: number; epoch?: number };
  return round ?? epoch ?? 0;
};

/** Leaves a run in the step after `step`, goes on from its last checkpoint, and compares with the run left alone. */
async function expectSameAfterCut(create: () => Open, callbacks: Callbacks, numSteps: number): Promise<void> {
  const whole = await play(create(), callbacks);
  expect(whole.events.filter(({ type }) => type === "checkpoint")).toHaveLength(numSteps);
  for (let step = 1; step <= numSteps; step += 1) {
    const open = create();
    const isWithinNext = ({ type, ...event }: TrainingEvent) =>
      stepOf({ type, ...event } as TrainingEvent) === step + 1 && /client_complete|epoch_end/.test(type);
    const cut = await play(open, callbacks, {
      until: (event) => isWithinNext(event) || event.type === "training_end",
    });
    if (step < numSteps) expect(cut.events.at(-1)?.type).not.toBe("training_end");
    const bytes = await cut.store.load("last");
    const resume = decodeCheckpoint(bytes as Uint8Array);
    expect(resume.step).toBe(step);
    const rest = await play(open, callbacks, { resume });
    const closed = whole.events.findLastIndex(
      (event) => event.type === "checkpoint" && stepOf(event) === step,
    );
    expect(rest.events.slice(0, 2).map(({ type }) => type)).toEqual(["training_mode", "training_start"]);
    expect(withoutTimes(rest.events.slice(2)), `after ${step}`).toEqual(
      withoutTimes(whole.events.slice(closed + 1)),
    );
    expect([...rest.weights], `after ${step}`).toEqual([...whole.weights]);
  }
}

const none: Callbacks = () => [];

describe("a federated run that is cut off after any round", () => {
  const seeded: AggregateHook[] = [
    rejectInvalid(),
    centralPrivacy({ noiseMultiplier: 0.1, clipNorm: { initial: 1 }, noise: "seeded" }),
  ] as AggregateHook[];
  const half = { selection: { kind: "fraction", fraction: 0.5 } } as const;
  const cases: [string, Strategy, AggregateHook[] | undefined][] = [
    ["fedavg with a selection by chance", fedAvg(half), undefined],
    ["fedadam", fedAdam(), undefined],
    ["scaffold", scaffold(half), undefined],
    ["fedbuff over a pool without overlapping calls", fedBuff({ bufferSize: 3 }), undefined],
    ["central privacy", fedAvg({ weighting: "uniform" }), seeded],
  ];

  it.each(cases)("goes on as if nothing had happened: %s", async (_, strategy, hooks) => {
    const privacy = hooks && { privacy: { delta: 1e-3 } };
    const create = () => federated({ strategy, ...(hooks && { hooks }), ...privacy });
    await expectSameAfterCut(create, none, 5);
  });

  it("goes on with the same patience, and back to the same best round", async () => {
    const callbacks = () => [
      learningRateSchedule({ kind: "cosine", warmUp: 2 }),
      earlyStopping({ metric: "val_loss", mode: "min", patience: 2, restoreBest: true }),
    ];
    const train = { epochs: 3, batchSize: 4, learningRate: 0.9 };
    const create = () => federated({ train, numRounds: 50 });
    const { events } = await play(create(), callbacks);
    const [stopped] = events.filter(({ type }) => type === "early_stopping");
    expect(stopped).toBeDefined();
    await expectSameAfterCut(create, callbacks, stepOf(stopped as TrainingEvent));
  });
});

describe("a centralized run that is cut off after any epoch", () => {
  it.each(["sgd", "adam"] as const)("goes on as if nothing had happened: %s", async (name) => {
    const optimizer = name === "sgd" ? { name, momentum: 0.9 } : { name };
    const callbacks = () => [learningRateSchedule({ kind: "exponential", factor: 0.9 })];
    await expectSameAfterCut(() => centralized({ optimizer, learningRate: 0.01 }), callbacks, 5);
  });
});

describe("resume", () => {
  const checkpointOf = async (open: Open) =>
    decodeCheckpoint((await (await play(open, () => [])).store.load("last")) as Uint8Array);

  it("goes on to more rounds than were asked for at first", async () => {
    const resume = await checkpointOf(federated({ numRounds: 2 }));
    const more = await play(federated({ numRounds: 4 }), () => [], { resume });
    const whole = await play(federated({ numRounds: 4 }), () => []);
    expect([...more.weights]).toEqual([...whole.weights]);
  });

  it("goes on from the last round, also where the run ended with the weights of a better one", async () => {
    let calls = 0;
    const rising: Evaluate = async () => {
      calls += 1;
      return { loss: calls };
    };
    const callbacks = () => [
      earlyStopping({ metric: "val_loss", mode: "min", patience: 9, restoreBest: true }),
    ];
    const create = (numRounds: number) => federated({ numRounds, evaluate: rising });
    const first = await play(create(3), callbacks);
    const resume = decodeCheckpoint((await first.store.load("last")) as Uint8Array);
    expect([...resume.weights]).toEqual([...first.weights]);
    const alone = await play(federated({ numRounds: 3 }), none);
    expect([...(resume.progress.trained ?? [])]).toEqual([...alone.weights]);
    const more = await play(create(5), none, { resume });
    expect([...more.weights]).toEqual([...(await play(federated({ numRounds: 5 }), none)).weights]);
    // Nothing is left to train: what the run ended with stays.
    expect([...(await play(create(3), callbacks, { resume })).weights]).toEqual([...first.weights]);
  });

  it("says which start this is, and after which step it goes on", async () => {
    const { store } = await play(centralized({ numEpochs: 2 }), none);
    const resume = decodeCheckpoint((await store.load("last")) as Uint8Array);
    const startOf = async (settings: Pick<RunSettings, "attempt" | "resume">) => {
      const trainer = centralized({ numEpochs: 2, ...settings })({});
      for await (const event of trainer.run()) if (event.type === "training_start") return event.data;
      return undefined;
    };
    expect(await startOf({})).not.toHaveProperty("resumedFrom");
    expect(await startOf({ attempt: 2, resume })).toMatchObject({ attempt: 2, resumedFrom: 2 });
    // What an attempt before has said of any epoch no longer counts.
    expect(await startOf({ attempt: 3 })).toMatchObject({ attempt: 3, resumedFrom: 0 });
  });

  it("refuses to go on with other settings of the caller's", async () => {
    const resume = await checkpointOf(federated({ numRounds: 1, config: { partition: { alpha: 0.5 } } }));
    const run = (alpha: number) => federated({ config: { partition: { alpha } } })({ resume });
    expect(() => run(0.5)).not.toThrow();
    expect(() => run(0.1)).toThrow("checkpoint: partition.alpha: expected 0.1 as in this run, got 0.5");
  });

  it("counts time and bytes of the whole run", async () => {
    const resume = await checkpointOf(federated({ numRounds: 2 }));
    expect(resume.progress.bytes).toBe(2 * 5 * 2 * 67 * 4);
    const later = { ...resume, progress: { ...resume.progress, elapsedMs: 3_600_000 } };
    const { events } = await play(federated({ numRounds: 2 }), () => [], { resume: later });
    expect(events.at(-1)?.data).toMatchObject({
      trainingDuration: expect.stringMatching(/^1:00:/),
      totalRounds: 2,
    });
  });

  it("refuses the checkpoint of another run, and names what differs", async () => {
    const resume = await checkpointOf(federated({ numRounds: 1 }));
    const train = { epochs: 1, batchSize: 9, learningRate: 0.05 };
    expect(() => federated({ train })({ resume })).toThrow(
      "checkpoint: train.batchSize: expected 9 as in this run, got 8",
    );
    expect(() => federated({ strategy: fedAdam() })({ resume })).toThrow(
      'checkpoint: strategy: expected "fedadam 1"',
    );
    expect(() => centralized()({ resume })).toThrow('checkpoint: mode: expected "centralized"');
  });
});
