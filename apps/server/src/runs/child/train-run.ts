import { type Database, openDatabase, type RunLease } from "@fedloom/db";
import { type RunConfig, runConfig } from "@fedloom/protocol";
import { type Checkpoint, checkpointing } from "@fedloom/trainer-core";
import { EXIT, LEASE_MS, type RunCommand } from "../run-messages.js";
import { LeaseKeeper } from "./lease-keeper.js";
import { isDamaged, loadResume } from "./load-resume.js";
import { describeEngine, type OpenedRun, openRun } from "./open-run.js";
import { retrying } from "./retrying.js";
import { type Ending, RunOrders } from "./run-orders.js";
import { RunVoice } from "./run-voice.js";
import { saveModels } from "./save-models.js";
import { createStoredCheckpoints } from "./stored-checkpoints.js";
import { createStoredStates } from "./stored-states.js";

/** How long the database may be away before a process that can do nothing without it gives up, in ms. */
const DATABASE_MS = 60_000;
/** How long the last events may take to reach the relay; the progress file has them in any case. */
const FLUSH_MS = { over: 60_000, released: 1_500 };
/** How long training may take to stop, and a lease to be given back. */
const STOP_MS = 2_000;
/** A connection for the lease, and one for checkpoints. */
const POOL_SIZE = 2;

/**
 * Trains a run from wherever it is to its end, or until it is to be given up.
 * @param interruption says that the process is to end; the run goes back into the queue.
 * @returns the code to exit with.
 * @throws what keeps the run from going on in this process, such as a database that is gone for long.
 */
export async function trainRun(command: RunCommand, interruption: AbortSignal): Promise<number> {
  const retry = { limitMs: DATABASE_MS, signal: interruption };
  const open = () => openDatabase({ ...command.database, poolSize: POOL_SIZE });
  const database = await retrying(open, retry);
  const { runs } = database;
  const lease = await retrying(() => runs.claim(command.runId, command.leaseOwner, LEASE_MS), retry);
  if (!lease) return close(database, EXIT.leaseLost);
  const run = await retrying(() => runs.renew(lease, LEASE_MS), retry);
  if (!run) return close(database, EXIT.leaseLost);
  const orders = new RunOrders(interruption);
  const keeper = new LeaseKeeper({
    runs,
    lease,
    onRenewed: (renewed) => orders.hear(renewed),
    onLost: () => orders.lose(),
  });
  orders.hear(run);
  const attempt = new Attempt({ command, database, lease, orders, config: run.config });
  const ending = await Promise.race([attempt.run(), orders.isLost]);
  // Whoever has the run now speaks for it.
  if (ending === "lost") return EXIT.leaseLost;
  await attempt.flush(ending);
  await keeper.close();
  await giveBack(database, lease, ending, orders.reason);
  return close(database, ending === "over" ? EXIT.over : EXIT.released);
}

async function giveBack(
  { runs }: Database,
  lease: RunLease,
  ending: Ending,
  reason: string | undefined,
): Promise<void> {
  const to = {
    over: undefined,
    paused: { state: "paused", ...(reason !== undefined && { reason }) },
    interrupted: { state: "queued", reason: "the server stopped" },
  } as const;
  // Else it runs out by itself.
  const release = () => runs.release(lease, ending === "lost" ? undefined : to[ending]);
  await retrying(release, { limitMs: STOP_MS }).catch(() => undefined);
}

async function close(database: Database, code: number): Promise<number> {
  await database.close().catch(() => undefined);
  return code;
}

interface AttemptOptions {
  readonly command: RunCommand;
  readonly database: Database;
  readonly lease: RunLease;
  readonly orders: RunOrders;
  /** In its wire form. */
  readonly config: Record<string, unknown>;
}

/** One start of a run. */
class Attempt {
  readonly #options: AttemptOptions;
  readonly #config: RunConfig | undefined;
  readonly #problem: Error | undefined;
  readonly #voice: RunVoice;

  constructor(options: AttemptOptions) {
    const { command, lease } = options;
    const decoded = runConfig.decode(options.config);
    this.#options = options;
    this.#config = decoded.ok ? decoded.value : undefined;
    this.#problem = decoded.ok ? undefined : decoded.error;
    const experimentName = decoded.ok ? decoded.value.experimentName : "unknown";
    this.#voice = new RunVoice({ command, experimentName, attempt: lease.attempt });
  }

  /** Trains, and tells all of it; answers why that ended. */
  async run(): Promise<Ending> {
    const { orders } = this.#options;
    if (!this.#config) return this.#fail(this.#problem);
    let opened: OpenedRun | undefined;
    try {
      opened = await Promise.race([this.#open(this.#config), orders.isGivenUp]);
    } catch (error) {
      if (isOfDatabase(error)) throw error;
      return this.#fail(error);
    }
    // Nothing was begun yet: what is being opened goes with the process.
    if (!opened) return orders.ending ?? "interrupted";
    try {
      orders.obey(opened.stop);
      return await this.#train(opened);
    } finally {
      await Promise.race([opened[Symbol.asyncDispose](), after(STOP_MS)]);
    }
  }

  /** Brings the last events to the relay, if it is there. */
  async flush(ending: Ending): Promise<void> {
    const { sender } = this.#voice;
    const { interruption } = this.#options.orders;
    if (ending === "over") await Promise.race([sender.flush(FLUSH_MS.over), aborted(interruption)]);
    await sender.close(FLUSH_MS.released);
  }

  async #train(opened: OpenedRun): Promise<Ending> {
    const { orders, database, lease } = this.#options;
    this.#voice.log("info", `trains with ${describeEngine(opened.engine)}`);
    for await (const event of opened.events) {
      if (event.type !== "training_end") {
        this.#voice.tell(event);
        continue;
      }
      // A run that is given up goes on in another process.
      if (orders.ending && event.data.status === "stopped") return orders.ending;
      await saveModels({
        database,
        runId: lease.runId,
        signal: orders.signal,
        onFailed: (reason) => this.#voice.log("warning", reason),
      });
      this.#voice.tell(event);
    }
    return "over";
  }

  async #open(config: RunConfig): Promise<OpenedRun> {
    const { database, lease, orders } = this.#options;
    const { checkpoints } = database;
    const { signal } = orders;
    const { attempt } = lease;
    const onDamaged = (reason: string) =>
      this.#voice.log("warning", `attempt ${attempt} begins anew: ${reason}`);
    const resume = await loadResume({ checkpoints, lease, limitMs: DATABASE_MS, signal, onDamaged });
    const states = createStoredStates({ checkpoints, lease, signal });
    const store = createStoredCheckpoints({
      checkpoints,
      lease,
      signal,
      settle: async () => {
        await Promise.all([states.settle(), this.#voice.sender.settle()]);
      },
    });
    const callbacks = [checkpointing({ store })];
    const openFrom = async (from: Checkpoint | undefined) => {
      await retrying(() => checkpoints.dropStates(lease, from?.step ?? 0), { limitMs: DATABASE_MS, signal });
      const opened = await openRun({ runId: lease.runId, config, attempt, resume: from, callbacks, states });
      if (from) this.#voice.log("info", `attempt ${attempt} goes on after ${stepOf(from)}`);
      return opened;
    };
    try {
      return await openFrom(resume);
    } catch (error) {
      // Data, engine or program are others than they were.
      if (!resume || !(isDamaged(error) || isOfEngine(error))) throw error;
      onDamaged((error as Error).message);
      return openFrom(undefined);
    }
  }

  #fail(error: unknown): Ending {
    this.#voice.fail(error);
    return "over";
  }
}

function stepOf({ mode, step }: Checkpoint): string {
  return `${mode === "federated" ? "round" : "epoch"} ${step}`;
}

function isOfEngine(error: unknown): boolean {
  return (error as { code?: unknown }).code === "engine_unavailable";
}

/** Whether another process could do better: the run itself is in order. */
function isOfDatabase(error: unknown): boolean {
  const name = error instanceof Error ? error.name : "";
  return (
    name === "DbError" || name === "DrizzleQueryError" || name === "PostgresError" || isOfConnection(error)
  );
}

function isOfConnection(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && isOfDatabase(error.cause);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
