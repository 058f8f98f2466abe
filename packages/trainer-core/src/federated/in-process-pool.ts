import type { ClientTask } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";
import { evaluateClient } from "../simulation/evaluate-client.js";
import { createMemoryStates } from "../simulation/memory-states.js";
import { messageOf } from "../simulation/message-of.js";
import { createPoolCalls, type PoolCall } from "../simulation/pool-calls.js";
import { createSimulatedClients, type SimulatedClientsOptions } from "../simulation/simulated-clients.js";
import { bytesOf, type LocalTraining, needsState, trainClient } from "../simulation/train-client.js";
import type { LocalTrainer } from "../training/local-trainer.js";
import { requireOptimizer } from "../training/require-optimizer.js";
import type { ClientEvaluation, ClientReport, LocalPool, PoolRound } from "./client-pool.js";
import type { ClientStates } from "./client-states.js";
import { createReportQueue } from "./report-queue.js";
import { createTurns } from "./turns.js";

export interface InProcessPoolOptions extends SimulatedClientsOptions {
  /** Trains one client after another; the pool does not dispose of it. */
  readonly trainer: LocalTrainer;
  readonly training?: LocalTraining;
  /** Where clients keep control variates and private tensors; default in memory. */
  readonly states?: ClientStates;
  /** Report each epoch; default true. */
  readonly progress?: boolean;
  /** Most milliseconds that one client may train or evaluate for; default: as long as it takes. */
  readonly clientTimeoutMs?: number;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Creates a pool whose clients `client-1`, `client-2` … train one after another in this thread; those of calls that
 * overlap take turns.
 *
 * The bytes it reports are those of the weights (float32), which a client of its own would have been sent.
 * @throws TrainerError `invalid_option` if there is no share, one is empty, or an index is not of a sample.
 */
export function createInProcessPool(options: InProcessPoolOptions): LocalPool {
  const { trainer, data, shares, holdouts = [], training = {}, progress = true } = options;
  const { states = createMemoryStates(), clientTimeoutMs, now = () => performance.now() } = options;
  if (training.optimizer) requireOptimizer(training.optimizer);
  const clients = createSimulatedClients(options);
  const calls = createPoolCalls();
  const turns = createTurns();
  const samples = data.train;
  const { layout } = trainer;
  let lent: Float32Array | undefined;

  function memoryToLend(): Float32Array {
    lent ??= new Float32Array(layout.size);
    return lent;
  }

  async function trainOne(task: ClientTask, round: PoolRound, push: (report: ClientReport) => void) {
    const { clientId, config } = task;
    const bytesDown = bytesOf(layout, round.broadcast);
    const startedAt = now();
    const limit = limitTime(round.signal, clientTimeoutMs);
    try {
      const indices = shares[clients.placeOf(clientId)] as Uint32Array;
      const state = needsState(layout, task) ? await states.get(clientId, round.round) : undefined;
      const trained = await trainClient({
        ...round,
        trainer,
        task,
        samples,
        indices,
        training,
        state,
        signal: limit.signal,
        ...(round.borrowsUpdates ? { into: memoryToLend() } : {}),
        onEpochEnd(epoch) {
          if (progress) push({ kind: "progress", clientId, totalEpochs: config.epochs, ...epoch });
        },
      });
      limit.signal.throwIfAborted();
      if (trained.state) await states.set(clientId, round.round, trained.state);
      const { update } = trained;
      const bytesUp = bytesOf(layout, update.vectors);
      push({ kind: "update", update, durationMs: now() - startedAt, bytesDown, bytesUp });
    } catch (cause) {
      if (round.signal.aborted) return;
      const status = limit.signal.aborted ? "timeout" : "failed";
      push({
        kind: "failed",
        clientId,
        status,
        error: messageOf(cause),
        durationMs: now() - startedAt,
        bytesDown,
      });
    } finally {
      limit[Symbol.dispose]();
    }
  }

  async function* reportsOf(
    task: ClientTask,
    round: PoolRound,
    call: PoolCall,
  ): AsyncGenerator<ClientReport> {
    const queue = createReportQueue<ClientReport>();
    const { signal } = call;
    const end = () => queue.end();
    // Who is aborted while it waits for its turn has nothing to report.
    const work = turns.take(signal, () => trainOne(task, { ...round, signal }, queue.push)).then(end, end);
    call.track(work);
    let isLeft = true;
    try {
      for await (const report of queue.read()) {
        if (signal.aborted) return;
        call.hear(report);
        yield report;
      }
      isLeft = false;
    } finally {
      if (isLeft) call.leave();
      await work;
    }
  }

  async function evaluateOne(
    clientId: string,
    options: { round: number; globalWeights: Float32Array; signal: AbortSignal },
  ): Promise<ClientEvaluation> {
    const limit = limitTime(options.signal, clientTimeoutMs);
    try {
      const indices = holdouts[clients.holdoutPlaceOf(clientId)] as Uint32Array;
      // What the client has kept up to now: of the round whose weights it evaluates, too.
      const state = await states.get(clientId, options.round + 1);
      const { globalWeights } = options;
      const { signal } = limit;
      const report = await evaluateClient({ trainer, globalWeights, state, samples, indices, signal });
      return { kind: "evaluation", clientId, report };
    } catch (cause) {
      return { kind: "failed", clientId, error: messageOf(cause) };
    } finally {
      limit[Symbol.dispose]();
    }
  }

  return {
    layout,
    loss: trainer.loss,
    numOutputs: trainer.numOutputs,
    overlapping: true,
    clients: () => clients.infos,

    async *train(round) {
      const { tasks, signal, borrowsUpdates: isAlone } = round;
      using call = calls.enter("train", {
        signal,
        clientIds: tasks.map(({ clientId }) => clientId),
        isAlone,
      });
      for (const task of tasks) {
        if (call.signal.aborted) return;
        yield* reportsOf(task, round, call);
      }
    },

    async *evaluate({ clientIds, round, globalWeights, signal }) {
      using call = calls.enter("evaluate", { signal });
      const options = { round, globalWeights, signal: call.signal };
      for (const clientId of clientIds) {
        const evaluating = turns.take(call.signal, () => evaluateOne(clientId, options));
        call.track(evaluating.then(noop, noop));
        const evaluation = await evaluating.catch(noop);
        if (!evaluation || call.signal.aborted) return;
        yield evaluation;
      }
    },

    async predict(weights, split, signal) {
      using call = calls.enter("predict", { signal });
      const chosen = data[split];
      if (!chosen) throw new TrainerError("invalid_option", `data.${split}: expected samples, got none`);
      const predicting = turns.take(call.signal, () =>
        trainer.predict(weights, chosen, { signal: call.signal }),
      );
      call.track(predicting.then(noop, noop));
      return await predicting;
    },

    [Symbol.asyncDispose]: calls.close,
  };
}

function noop(): void {}

/** A signal that is aborted with the given one, or after a time. */
function limitTime(signal: AbortSignal, milliseconds: number | undefined) {
  if (milliseconds === undefined) return { signal, [Symbol.dispose]() {} };
  const late = new AbortController();
  const reason = new TrainerError(
    "invalid_option",
    `clientTimeoutMs: expected an end within ${milliseconds} ms`,
  );
  const timer = setTimeout(() => late.abort(reason), milliseconds);
  return { signal: AbortSignal.any([signal, late.signal]), [Symbol.dispose]: () => clearTimeout(timer) };
}
