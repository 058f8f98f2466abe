import { parentPort, workerData } from "node:worker_threads";
import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import type { CreatedTrainer } from "../training/create-local-trainer.js";
import type { LocalTrainer } from "../training/local-trainer.js";
import { evaluateClient } from "./evaluate-client.js";
import { messageOf } from "./message-of.js";
import { openSamples } from "./open-samples.js";
import { type SharedShares, shareAt } from "./shared-shares.js";
import { trainClient } from "./train-client.js";
import type {
  DoneMessage,
  EvaluateMessage,
  PredictMessage,
  SlotVectors,
  TrainMessage,
  WorkerOrder,
  WorkerReport,
  WorkerSetup,
} from "./worker-messages.js";

type JobMessage = TrainMessage | EvaluateMessage | PredictMessage;

/** Makes a worker's trainer of what the pool says of the model. */
export type CreateTrainer = (setup: WorkerSetup) => Promise<CreatedTrainer>;

/** Serves a worker pool from this worker thread: one job after another, until the pool ends the thread. */
export async function serveClients(createTrainer: CreateTrainer): Promise<void> {
  const setup: WorkerSetup = workerData;
  const post = (report: WorkerReport) => parentPort?.postMessage(report);
  let created: CreatedTrainer;
  let samples: OpenedSamples;
  try {
    created = await createTrainer(setup);
    samples = openSamples(setup.samples);
  } catch (error) {
    const code = error instanceof TrainerError ? error.code : "engine_unavailable";
    post({ kind: "unfit", code, message: messageOf(error) });
    return;
  }
  const { trainer, engine } = created;
  const serveJob = jobServer({ setup, samples, trainer, post });
  let running: { job: number; stop: AbortController } | undefined;
  let last = Promise.resolve();

  async function run(message: JobMessage): Promise<void> {
    const { job, slot } = message;
    if (Atomics.compareExchange(setup.begun, slot, job, -job) !== job) return;
    const stop = new AbortController();
    running = { job, stop };
    const startedAt = performance.now();
    try {
      post(await serveJob(message, stop.signal));
    } catch (error) {
      post({ kind: "failed", job, error: messageOf(error), durationMs: performance.now() - startedAt });
    }
    running = undefined;
  }

  parentPort?.on("message", (order: WorkerOrder) => {
    if (order.kind === "memory") {
      for (const [slot, vectors] of order.slots.entries()) {
        Object.assign(setup.slots[slot] as SlotVectors, vectors);
      }
    } else if (order.kind === "stop") {
      if (running?.job === order.job) running.stop.abort();
    } else {
      last = last.then(() => run(order));
    }
  });
  const { loss, numOutputs } = trainer;
  post({ kind: "ready", engine, loss, numOutputs });
}

interface Serving {
  readonly setup: WorkerSetup;
  readonly samples: OpenedSamples;
  readonly trainer: LocalTrainer;
  readonly post: (report: WorkerReport) => void;
}

/** Does one job, and gives what is to be said of it; vectors are left in its slot. */
function jobServer({ setup, samples, trainer, post }: Serving) {
  const { training, progress } = setup;

  async function train(message: TrainMessage, signal: AbortSignal): Promise<DoneMessage> {
    const startedAt = performance.now();
    const { job, clientId, config } = message;
    const slot = setup.slots[message.slot] as SlotVectors;
    const values = vectorOf(slot, "values");
    const { update, state = {} } = await trainClient({
      ...message.round,
      trainer,
      task: { clientId, config },
      samples: chosenOf(samples, "train"),
      indices: shareAt(setup.shares, message.place),
      training,
      state: keptIn(slot, message.kept),
      into: values,
      signal,
      ...(progress ? { onEpochEnd: (epoch) => post({ kind: "progress", job, ...epoch }) } : {}),
    });
    const vectors = update.vectors ?? {};
    if (update.values !== values) values.set(update.values);
    for (const [name, vector] of Object.entries(vectors)) vectorOf(slot, `vectors.${name}`).set(vector);
    for (const [name, vector] of Object.entries(state)) vectorOf(slot, `state.${name}`).set(vector);
    const { numSamples, numSteps = 0, metrics, startedFresh } = update;
    return {
      kind: "trained",
      job,
      numSamples,
      numSteps,
      metrics,
      ...(startedFresh === undefined ? {} : { startedFresh }),
      vectors: Object.keys(vectors),
      kept: Object.keys(state),
      durationMs: performance.now() - startedAt,
    };
  }

  async function evaluate(message: EvaluateMessage, signal: AbortSignal): Promise<DoneMessage> {
    const report = await evaluateClient({
      trainer,
      globalWeights: message.globalWeights,
      state: keptIn(setup.slots[message.slot] as SlotVectors, message.kept),
      samples: chosenOf(samples, "train"),
      indices: shareAt(setup.holdouts as SharedShares, message.place),
      signal,
    });
    return { kind: "evaluated", job: message.job, report };
  }

  async function predict(message: PredictMessage, signal: AbortSignal): Promise<DoneMessage> {
    const { job, globalWeights, split, start, end, outputs } = message;
    const indices = Uint32Array.from({ length: end - start }, (_, i) => start + i);
    const chunk = await trainer.predict(globalWeights, chosenOf(samples, split), { indices, signal });
    outputs.set(chunk, start * trainer.numOutputs);
    return { kind: "predicted", job };
  }

  return (message: JobMessage, signal: AbortSignal): Promise<DoneMessage> => {
    if (message.kind === "train") return train(message, signal);
    return message.kind === "evaluate" ? evaluate(message, signal) : predict(message, signal);
  };
}

type OpenedSamples = Readonly<Partial<Record<"train" | "val" | "test", Samples>>>;

function chosenOf(samples: OpenedSamples, split: "train" | "val" | "test"): Samples {
  const chosen = samples[split];
  if (chosen) return chosen;
  throw new TrainerError("invalid_option", `data.${split}: expected samples, got none`);
}

function vectorOf(slot: SlotVectors, name: string): Float32Array {
  const vector = slot[name];
  if (vector) return vector;
  throw new TrainerError("invalid_option", `slot: expected memory for ${name}, got none`);
}

/** What the client has kept; the trainer is done with it when its slot is written to. */
function keptIn(slot: SlotVectors, kept: readonly string[]): Record<string, Float32Array> | undefined {
  if (kept.length === 0) return undefined;
  return Object.fromEntries(kept.map((name) => [name, vectorOf(slot, `state.${name}`)]));
}
