import { availableParallelism } from "node:os";
import type { Samples } from "../data/dataset.js";
import { moveToSharedMemory } from "../data/move-to-shared-memory.js";
import type { Engine, EngineName } from "../engine/engine.js";
import { TrainerError } from "../errors.js";
import type { LocalPool } from "../federated/client-pool.js";
import type { ClientStates } from "../federated/client-states.js";
import type { ModelSpec } from "../models/model-spec.js";
import { resolveModel } from "../models/resolve-model.js";
import { requireAnswers, requireSamples } from "../training/check-samples.js";
import { requireOptimizer } from "../training/require-optimizer.js";
import { type ClientJobsContext, evaluateJob, trainJob, trainReports } from "./client-jobs.js";
import { openCrew } from "./crew.js";
import { createForeman } from "./foreman.js";
import { createMemoryStates } from "./memory-states.js";
import { createPoolCalls } from "./pool-calls.js";
import { predictChunks } from "./predict-chunks.js";
import { privateSize } from "./private-tensors.js";
import { joinShares } from "./shared-shares.js";
import { createSharedVectors } from "./shared-vectors.js";
import { createSimulatedClients, type SimulatedClientsOptions } from "./simulated-clients.js";
import type { LocalTraining } from "./train-client.js";
import { workerFile } from "./worker-file.js";
import type { PoolSetup, SentSamples } from "./worker-messages.js";

export interface WorkerPoolOptions extends SimulatedClientsOptions {
  readonly model: ModelSpec;
  /** Default `auto`. */
  readonly engine?: EngineName | "auto";
  readonly training?: LocalTraining;
  /** Where clients keep control variates and private tensors; default in memory. */
  readonly states?: ClientStates;
  /** Default: as many as the machine has cores for this process. */
  readonly numWorkers?: number;
  /** Report each epoch; default true. */
  readonly progress?: boolean;
  /** Most milliseconds that one client may train or evaluate for; default: as long as it takes. */
  readonly clientTimeoutMs?: number;
  /** Most workers that are started in place of others from one call to the next; default 10. */
  readonly maxRestarts?: number;
  /** Most milliseconds that a client may go on after its round was aborted, before its worker is ended; default 5,000. */
  readonly graceMs?: number;
  /** Most megabytes of JavaScript objects in one worker; default 512. Data and weights are not in it. */
  readonly maxHeapMb?: number;
  /** The worker's file, for programs that were bundled; default the one in this package. */
  readonly workerFile?: URL;
}

/** A pool of worker threads. */
export interface WorkerPool extends LocalPool {
  /** At work in all workers: `auto` is decided once. */
  readonly engine: Engine;
}

/**
 * Starts worker threads that train the clients `client-1`, `client-2` … of one data set in turn, and waits until all
 * can work. Updates are the same, bit for bit, for any number of workers.
 *
 * Workers read data and weights from shared memory: data that lie there already are not copied.
 * @throws TrainerError for shares that are none, a model that is impossible or does not fit the data, or an engine that
 * cannot be opened.
 */
export async function createWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const { states = createMemoryStates(), data } = options;
  const { clientTimeoutMs = Number.POSITIVE_INFINITY, maxRestarts = 10, graceMs = 5000 } = options;
  const clients = createSimulatedClients(options);
  const model = resolveModel(options.model);
  const { layout } = model;
  requireSamples(data.train, model);
  requireAnswers(data.train, model);
  if (options.training?.optimizer) requireOptimizer(options.training.optimizer);
  const numPrivate = privateSize(layout);
  const crew = await openCrew({
    file: options.workerFile ?? workerFile(),
    numWorkers: requireCount("numWorkers", options.numWorkers ?? availableParallelism()),
    maxHeapMb: requireCount("maxHeapMb", options.maxHeapMb ?? 512),
    lengths: { values: layout.size, ...(numPrivate > 0 ? { "state.private": numPrivate } : {}) },
    setup: setupOf(options),
  });
  const foreman = createForeman(crew, { timeoutMs: clientTimeoutMs, maxRestarts, graceMs });
  const context: ClientJobsContext = { layout, foreman, states, placeOf: clients.placeOf };
  const calls = createPoolCalls();
  const shared = createSharedVectors();

  function requireWeights(weights: Float32Array): Float32Array {
    if (weights.length === layout.size) return weights;
    const message = `globalWeights: expected ${layout.size} elements, got ${weights.length}`;
    throw new TrainerError("invalid_option", message);
  }

  return {
    layout,
    engine: crew.ready.engine,
    loss: crew.ready.loss,
    numOutputs: crew.ready.numOutputs,
    overlapping: true,
    clients: () => clients.infos,

    async *train(round) {
      const { tasks, seed, signal, borrowsUpdates: isAlone } = round;
      const clientIds = tasks.map(({ clientId }) => clientId);
      using call = calls.enter("train", { signal, clientIds, isAlone });
      using lease = shared.lease();
      const globalWeights = lease.copy(requireWeights(round.globalWeights));
      const copies = Object.entries(round.broadcast).map(([name, vector]) => [name, lease.copy(vector)]);
      const sent = { round: round.round, seed, globalWeights, broadcast: Object.fromEntries(copies) };
      if (tasks.some(({ config }) => config.controlVariate)) {
        crew.addMemory({ "vectors.control": layout.size, "state.control": layout.size });
      }
      // The longest first, so that none of them is left alone at the end.
      const jobs = tasks
        .map((task) => ({ task, length: task.config.epochs * clients.numSamplesOf(task.clientId) }))
        .sort((a, b) => b.length - a.length)
        .map(({ task }) => trainJob(context, task, sent));
      for await (const report of trainReports(context, { ...round, signal: call.signal }, jobs)) {
        call.hear(report);
        yield report;
      }
    },

    async *evaluate({ round, clientIds, globalWeights, signal }) {
      using call = calls.enter("evaluate", { signal });
      using lease = shared.lease();
      const of = { round, globalWeights: lease.copy(requireWeights(globalWeights)) };
      const ofHoldouts = { ...context, placeOf: clients.holdoutPlaceOf };
      const jobs = clientIds.map((clientId) => evaluateJob(ofHoldouts, clientId, of));
      for await (const event of foreman.run(jobs, { signal: call.signal, isUrgent: true })) {
        const { clientId } = event.job;
        if (event.kind === "failed") yield { kind: "failed", clientId, error: event.error };
        else if (event.kind === "done" && event.done.kind === "evaluated") {
          yield { kind: "evaluation", clientId, report: event.done.report };
        }
      }
    },

    async predict(weights, split, signal) {
      using call = calls.enter("predict", { signal });
      const numSamples = data[split]?.numSamples;
      if (!numSamples) throw new TrainerError("invalid_option", `data.${split}: expected samples, got none`);
      using lease = shared.lease();
      return await predictChunks(foreman, {
        numWorkers: crew.size,
        numOutputs: crew.ready.numOutputs,
        globalWeights: lease.copy(requireWeights(weights)),
        split,
        numSamples,
        signal: call.signal,
      });
    },

    async [Symbol.asyncDispose]() {
      await calls.close();
      await crew[Symbol.asyncDispose]();
    },
  };
}

function setupOf(options: WorkerPoolOptions): PoolSetup {
  const { data, shares, holdouts, model, engine = "auto", training = {}, progress = true } = options;
  return {
    model,
    engine,
    samples: {
      train: sendable(data.train),
      ...(data.val ? { val: sendable(data.val) } : {}),
      ...(data.test ? { test: sendable(data.test) } : {}),
    },
    shares: joinShares(shares),
    holdouts: holdouts && joinShares(holdouts),
    training,
    progress,
  };
}

/** Samples as workers can get them: in shared memory, or a file to be opened there. */
function sendable(samples: Samples): SentSamples {
  const { features, ...rest } = moveToSharedMemory(samples);
  if (ArrayBuffer.isView(features)) return { ...rest, features };
  // A function cannot be sent.
  return { ...rest, features: { path: features.path, rowBytes: features.rowBytes } };
}

function requireCount(field: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new TrainerError("invalid_option", `${field}: expected an integer >= 1, got ${value}`);
}
