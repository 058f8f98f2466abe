import {
  type ClientStates,
  createInProcessPool,
  createLocalTrainer,
  type EngineName,
  type LocalPool,
  type LocalTraining,
  type Loss,
  type ModelSpec,
} from "@fedloom/trainer-core";
import { createWorkerPool, type WorkerPoolOptions } from "@fedloom/trainer-core/node";

export interface OpenPoolOptions {
  readonly clients: Pick<WorkerPoolOptions, "data" | "shares" | "holdouts">;
  /** Where clients keep what they have between rounds; absent, in memory. */
  readonly states: ClientStates | undefined;
  readonly model: ModelSpec;
  readonly training: LocalTraining;
  readonly engine: EngineName | "auto";
  /** 0 trains in this thread; absent, one for each core. */
  readonly numWorkers: number | undefined;
}

export interface OpenedPool extends AsyncDisposable {
  readonly pool: LocalPool;
  readonly task: { readonly loss: Loss; readonly numOutputs: number };
  /** The engine at work. */
  readonly engine: EngineName;
  /** The same, and how, for people. */
  readonly backend: string;
}

/** Starts what trains the clients: worker threads, or this thread. */
export async function openPool(options: OpenPoolOptions): Promise<OpenedPool> {
  const { model, training, engine, numWorkers, states } = options;
  const clients = { ...options.clients, ...(states && { states }) };
  if (numWorkers !== 0) {
    const pool = await createWorkerPool({
      ...clients,
      model,
      training,
      engine,
      ...(numWorkers !== undefined && { numWorkers }),
    });
    return {
      pool,
      task: pool,
      engine: pool.engine.name,
      backend: `${pool.engine.name}: ${pool.engine.reason}`,
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    };
  }
  const { trainer, engine: chosen } = await createLocalTrainer({ model, engine });
  const pool = createInProcessPool({ ...clients, trainer, training });
  return {
    pool,
    task: trainer,
    engine: chosen.name,
    backend: `${trainer.engine}: ${chosen.reason}`,
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      trainer[Symbol.dispose]();
    },
  };
}
