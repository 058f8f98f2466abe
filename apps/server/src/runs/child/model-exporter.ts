import { Worker } from "node:worker_threads";
import type { CheckpointRepository, NewModel, OpenDatabaseOptions } from "@fedloom/db";
import { ServerError } from "../../errors.js";

export interface ModelExporterOptions {
  readonly database: { readonly checkpoints: Pick<CheckpointRepository, "list"> };
  /** What the database was opened with: the thread that does the work opens it for itself. */
  readonly databaseOptions: OpenDatabaseOptions;
  /** The thread's file, for tests. */
  readonly file?: URL;
}

/** Makes models of runs that go on. */
export interface ModelExporter {
  /**
   * The model of a run's newest or best checkpoint; undefined if there is none yet.
   * @throws ServerError `too_busy` if too many wait already.
   */
  export(runId: string, kind: "last" | "best"): Promise<NewModel | undefined>;
}

const MAX_WAITING = 16;
const MAX_KEPT_BYTES = 128 * 2 ** 20;
const LIMIT_MS = 120_000;

/** Exports in a thread, one model at a time, and keeps the newest few until their checkpoint is replaced. */
export function createModelExporter({
  database,
  databaseOptions,
  file,
}: ModelExporterOptions): ModelExporter {
  const kept = new Map<string, { checkpointId: string; model: NewModel }>();
  const waiting = new Map<string, Promise<NewModel | undefined>>();
  let last: Promise<unknown> = Promise.resolve();

  function keep(key: string, checkpointId: string, model: NewModel): void {
    kept.delete(key);
    kept.set(key, { checkpointId, model });
    let bytes = 0;
    // The newest are at the end.
    for (const [each, { model: other }] of [...kept].reverse()) {
      bytes += other.layersWeights.byteLength + other.safetensors.byteLength;
      if (bytes > MAX_KEPT_BYTES && each !== key) kept.delete(each);
    }
  }

  async function make(
    runId: string,
    kind: "last" | "best",
    checkpointId: string,
  ): Promise<NewModel | undefined> {
    const key = `${runId} ${kind}`;
    const known = kept.get(key);
    if (known?.checkpointId === checkpointId) return known.model;
    const turn = last.then(() =>
      runThread(file ?? new URL("./export-worker.js", import.meta.url), {
        options: databaseOptions,
        runId,
        kind,
      }),
    );
    last = turn.catch(() => undefined);
    const model = await turn;
    if (model) keep(key, checkpointId, model);
    return model;
  }

  return {
    async export(runId, kind) {
      const found = (await database.checkpoints.list(runId)).find((each) => each.kind === kind);
      if (!found) return undefined;
      const key = `${runId} ${kind} ${found.checkpointId}`;
      const underWay = waiting.get(key);
      if (underWay) return underWay;
      if (waiting.size >= MAX_WAITING) {
        throw new ServerError("too_busy", "too many models are being exported; try again later");
      }
      const making = make(runId, kind, found.checkpointId).finally(() => waiting.delete(key));
      waiting.set(key, making);
      return making;
    },
  };
}

function runThread(file: URL, workerData: unknown): Promise<NewModel | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData, execArgv: [] });
    // A server that stops does not wait for a model.
    worker.unref();
    const timer = setTimeout(() => {
      reject(new Error(`no model within ${LIMIT_MS / 1_000} s`));
      void worker.terminate();
    }, LIMIT_MS);
    const settle = (body: () => void) => {
      clearTimeout(timer);
      body();
    };
    worker.once("message", ({ model, error }: { model?: NewModel; error?: string }) =>
      settle(() => (error === undefined ? resolve(model) : reject(new Error(error)))),
    );
    worker.once("error", (error) => settle(() => reject(error)));
    worker.once("exit", () => settle(() => reject(new Error("the exporting thread ended without a model"))));
  });
}
