import { Worker } from "node:worker_threads";
import type { CheckpointRepository, OpenDatabaseOptions } from "@fedloom/db";
import type { PredictionsQuery, RunRecord } from "@fedloom/protocol";
import { ServerError } from "../../errors.js";
import type { PredictionQuestion, PredictionReply } from "./question.js";

export interface PredictorOptions {
  readonly database: { readonly checkpoints: Pick<CheckpointRepository, "list"> };
  /** What the database was opened with: the thread that does the work opens it for itself. */
  readonly databaseOptions: OpenDatabaseOptions;
  /** How long the thread stays with nothing to do, and how long it may take for one answer, in ms; 120,000. */
  readonly idleMs?: number;
  readonly limitMs?: number;
  /** The thread's file, for tests. */
  readonly file?: URL;
}

/** Asks runs' models about single samples. */
export interface Predictor {
  /**
   * What a run's model says of samples: `runPredictions` as JSON.
   * @throws ServerError `run_not_managed`, `checkpoint_not_found`, `too_busy`; and for data and models that cannot be
   * used `data_gone`, `data_changed`, `task_unsupported`, `checkpoint_damaged`.
   */
  ask(run: RunRecord, query: PredictionsQuery): Promise<Uint8Array>;
  close(): Promise<void>;
}

const MAX_WAITING = 8;

/** Has a thread answer, one question at a time; it keeps data and model for the next question, and ends when idle. */
export function createPredictor(options: PredictorOptions): Predictor {
  const { database, databaseOptions, idleMs = 120_000, limitMs = 120_000 } = options;
  const file = options.file ?? new URL("./predictions-worker.js", import.meta.url);
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let numWaiting = 0;

  function start(): Worker {
    const worker = new Worker(file, { workerData: { options: databaseOptions }, execArgv: [] });
    // A server that stops does not wait for an answer.
    worker.unref();
    worker.once("exit", () => {
      if (thread === worker) thread = undefined;
    });
    return worker;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const worker = thread;
    thread = undefined;
    await worker?.terminate();
  }

  async function answer(question: PredictionQuestion): Promise<Uint8Array> {
    clearTimeout(idle);
    thread ??= start();
    try {
      return await replyOf(thread, question, limitMs);
    } catch (error) {
      // Whatever it was busy with: the next question finds a fresh one.
      if (!(error instanceof ServerError) || error.code === "too_busy") await end();
      throw error;
    } finally {
      idle = setTimeout(() => void end(), idleMs).unref();
    }
  }

  return {
    async ask(run, query) {
      const { runId, config } = run;
      if (!run.isManaged) {
        const message = `run ${runId}: its model and data are with the program that trains it, not with this server`;
        throw new ServerError("run_not_managed", message);
      }
      const found = (await database.checkpoints.list(runId)).find(({ kind }) => kind === query.kind);
      if (!found) {
        throw new ServerError("checkpoint_not_found", `run ${runId} has no checkpoint ${query.kind} yet`);
      }
      if (numWaiting >= MAX_WAITING) {
        throw new ServerError("too_busy", "too many ask for predictions; try again later");
      }
      numWaiting += 1;
      const { checkpointId } = found;
      const turn = last.then(() => answer({ runId, checkpointId, config, query }));
      last = turn.catch(() => undefined);
      return turn.finally(() => {
        numWaiting -= 1;
      });
    },
    close: end,
  };
}

function replyOf(worker: Worker, question: PredictionQuestion, limitMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const stopListening = () => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
    };
    const fail = (error: Error) => {
      stopListening();
      reject(error);
    };
    const onMessage = (reply: PredictionReply) => {
      if ("error" in reply) return fail(new Error(reply.error));
      if ("refusal" in reply) {
        const { code, message, ...details } = reply.refusal;
        return fail(new ServerError(code, message, details));
      }
      stopListening();
      resolve(reply.answer);
    };
    const onError = (error: Error) => fail(error);
    const onExit = () => fail(new Error("the predicting thread ended without an answer"));
    const late = `no predictions within ${limitMs / 1_000} s; try again later`;
    const timer = setTimeout(() => fail(new ServerError("too_busy", late)), limitMs);
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    worker.postMessage(question);
  });
}
