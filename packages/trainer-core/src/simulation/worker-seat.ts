import { Worker } from "node:worker_threads";
import { TrainerError } from "../errors.js";
import { messageOf } from "./message-of.js";
import {
  NUM_SLOTS,
  type PoolSetup,
  type SlotVectors,
  type WorkerOrder,
  type WorkerReport,
} from "./worker-messages.js";

export type ReadyReport = Extract<WorkerReport, { kind: "ready" }>;

/** One worker thread and the memory that it shares with the pool. */
export interface WorkerSeat {
  /** Settles when the worker can work; rejects with what kept it from beginning. */
  readonly ready: Promise<ReadyReport>;
  /** See `WorkerSetup.begun`. */
  readonly begun: Int32Array;
  readonly slots: readonly SlotVectors[];
  post(order: WorkerOrder): void;
  /** Gives each slot memory for further vectors, of so many elements each. */
  addMemory(lengths: Readonly<Record<string, number>>): void;
  /** Whether the worker alone keeps the process running. */
  hold(isHeld: boolean): void;
  /** Ends the worker wherever it is; settles when it has ended. */
  end(): Promise<void>;
}

export interface WorkerSeatOptions {
  readonly file: URL;
  readonly setup: PoolSetup;
  /** Vectors that each slot has memory for, with the elements of each. */
  readonly lengths: Readonly<Record<string, number>>;
  /** Most megabytes of JavaScript objects; shared memory and that of WebAssembly are not in it. */
  readonly maxHeapMb: number;
  /** Reports of jobs. */
  readonly onReport: (report: WorkerReport) => void;
  /** The worker has ended, and will write to no memory any more. */
  readonly onEnd: (reason: string) => void;
}

/** Starts a worker. */
export function openWorkerSeat(options: WorkerSeatOptions): WorkerSeat {
  const { file, setup, maxHeapMb, onReport, onEnd } = options;
  const slots = Array.from({ length: NUM_SLOTS }, () => newVectors(options.lengths));
  const begun = new Int32Array(new SharedArrayBuffer(NUM_SLOTS * 4));
  const worker = new Worker(file, {
    name: "fedloom-clients",
    workerData: { ...setup, begun, slots },
    // Flags of the process, such as loaders, are not for a worker that knows its own files.
    execArgv: [],
    // A small young generation: batches leave little behind, and its memory grows to the limit before it is given back.
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 6 },
  });
  let reason: string | undefined;
  let [beReady, beUnfit]: [(report: ReadyReport) => void, (error: TrainerError) => void] = [noop, noop];
  const ready = new Promise<ReadyReport>((resolve, reject) => {
    [beReady, beUnfit] = [resolve, reject];
  });
  // Nobody has to wait for it.
  ready.catch(noop);
  worker.on("message", (report: WorkerReport) => {
    if (report.kind === "ready") beReady(report);
    else if (report.kind === "unfit") beUnfit(new TrainerError(report.code, report.message));
    else onReport(report);
  });
  worker.on("error", (error) => {
    reason = messageOf(error);
  });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", (code) => {
      const why = reason ?? `ended with code ${code}`;
      beUnfit(new TrainerError("engine_unavailable", `worker: ${why}`));
      onEnd(why);
      resolve();
    });
  });
  return {
    ready,
    begun,
    slots,
    post: (order) => worker.postMessage(order),
    addMemory(lengths) {
      const added = slots.map((slot) => {
        const vectors = newVectors(lengths);
        Object.assign(slot, vectors);
        return vectors;
      });
      worker.postMessage({ kind: "memory", slots: added } satisfies WorkerOrder);
    },
    hold(isHeld) {
      if (isHeld) worker.ref();
      else worker.unref();
    },
    async end() {
      await worker.terminate();
      await ended;
    },
  };
}

function noop(): void {}

function newVectors(lengths: Readonly<Record<string, number>>): SlotVectors {
  const entries = Object.entries(lengths);
  return Object.fromEntries(
    entries.map(([name, length]) => [name, new Float32Array(new SharedArrayBuffer(length * 4))]),
  );
}
