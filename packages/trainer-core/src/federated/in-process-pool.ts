import { type ClientTask, randomStream } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import type { LocalTrainer } from "../training/local-trainer.js";
import { createClientControls } from "./client-controls.js";
import type { ClientPool, ClientReport, PoolRound } from "./client-pool.js";
import { createReportQueue } from "./report-queue.js";

export interface InProcessPoolOptions {
  /** Trains one client after another; the pool does not dispose of it. */
  readonly trainer: LocalTrainer;
  /** One share of the data per client. */
  readonly shares: readonly Samples[];
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Creates a pool whose clients `client-1`, `client-2` … train one after another in this thread.
 *
 * The bytes it reports are those of the weights (float32), which a client of its own would have been sent.
 * @throws TrainerError `invalid_option` if there is no share or one is empty.
 */
export function createInProcessPool(options: InProcessPoolOptions): ClientPool {
  const { trainer, shares, now = () => performance.now() } = options;
  const empty = shares.findIndex((share) => share.numSamples < 1);
  if (shares.length === 0 || empty !== -1) {
    const received = shares.length === 0 ? "no share" : `none for client ${empty + 1}`;
    throw new TrainerError(
      "invalid_option",
      `shares: expected at least one sample for every client, got ${received}`,
    );
  }
  // Padded, so that the order of ids, which is the order of folding, is the order of numbers.
  const digits = String(shares.length).length;
  const byId = new Map(shares.map((share, i) => [`client-${String(i + 1).padStart(digits, "0")}`, share]));

  const controls = createClientControls(trainer.layout);

  async function trainOne(
    { clientId, config }: ClientTask,
    { round, globalWeights, broadcast, seed, signal }: PoolRound,
    report: (report: ClientReport) => void,
  ): Promise<void> {
    const bytesDown = bytesOf([globalWeights, ...Object.values(broadcast)]);
    const startedAt = now();
    try {
      const share = byId.get(clientId);
      if (!share) throw new TrainerError("invalid_option", `no client ${clientId} in this pool`);
      const initial = config.initialLoss ? await trainer.evaluate(globalWeights, share, signal) : undefined;
      const correction = config.controlVariate ? controls.correctionFor(clientId, broadcast) : undefined;
      const trained = await trainer.train(globalWeights, share, {
        ...config,
        ...(correction ? { gradientCorrection: correction.values } : {}),
        random: randomStream(seed, "client", clientId, round),
        signal,
        onEpochEnd: ({ epoch, loss, accuracy }) =>
          report({
            kind: "progress",
            clientId,
            epoch,
            totalEpochs: config.epochs,
            learningRate: config.learningRate,
            loss,
            accuracy,
          }),
      });
      const { learningRate } = config;
      const change = correction?.next({ globalWeights, ...trained, learningRate });
      report({
        kind: "update",
        update: {
          clientId,
          round,
          layout: trainer.layout,
          form: "weights",
          values: trained.weights,
          numSamples: trained.numSamples,
          numSteps: trained.numSteps,
          metrics: {
            train_loss: trained.loss,
            train_accuracy: trained.accuracy,
            ...(initial ? { initial_loss: initial.loss as number } : {}),
          },
          ...(change ? { vectors: { control: change }, startedFresh: correction?.isFresh ?? false } : {}),
        },
        durationMs: now() - startedAt,
        bytesDown,
        bytesUp: bytesOf([trained.weights, ...(change ? [change] : [])]),
      });
    } catch (cause) {
      if (signal.aborted) return;
      const error = cause instanceof Error ? cause.message : String(cause);
      report({ kind: "failed", clientId, status: "failed", error, durationMs: now() - startedAt, bytesDown });
    }
  }

  return {
    layout: trainer.layout,
    clients: () => [...byId].map(([clientId, { numSamples }]) => ({ clientId, numSamples })),
    async *train(round) {
      const leave = new AbortController();
      const signal = AbortSignal.any([round.signal, leave.signal]);
      const queue = createReportQueue<ClientReport>();
      const trainAll = async () => {
        for (const task of round.tasks) {
          if (signal.aborted) return;
          await trainOne(task, { ...round, signal }, queue.push);
        }
      };
      const work = trainAll().then(() => queue.end(), queue.end);
      try {
        for await (const report of queue.read()) {
          yield report;
          if (signal.aborted) return;
        }
      } finally {
        leave.abort();
        await work;
      }
    },
  };
}

function bytesOf(vectors: readonly Float32Array[]): number {
  return vectors.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
