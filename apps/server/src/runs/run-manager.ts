import { hostname } from "node:os";
import { type RunConfig, runConfig } from "@fedloom/protocol";
import { ulid } from "ulid";
import { ServerError } from "../errors.js";
import { checkDataPath, checkFreeBytes } from "./check-room.js";
import { checkRunConfig } from "./check-run-config.js";
import { isOver } from "./is-over.js";
import { LeaseOwners } from "./lease-owner.js";
import { ProgressFiles } from "./progress-files.js";
import { type PrunedRun, type PruneOptions, pruneRuns } from "./prune-runs.js";
import { RunActions } from "./run-actions.js";
import { type RunManagerOptions, type RunManagerSettings, withDefaults } from "./run-manager-options.js";
import { RunSupervisor } from "./run-supervisor.js";
import { ServerPublisher } from "./server-publisher.js";
import { StrangerWatch } from "./stranger-watch.js";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What users do with runs. What becomes of a run is in the database, so that any server can go on with it. */
export class RunManager implements AsyncDisposable {
  readonly #settings: RunManagerSettings;
  readonly #files: ProgressFiles;
  readonly #publisher: ServerPublisher;
  readonly #actions: RunActions;
  readonly #supervisor: RunSupervisor;
  readonly #strangers: StrangerWatch;
  readonly #timers: NodeJS.Timeout[] = [];
  #looking: Promise<void> | undefined;
  #isAsked = false;
  #purging: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();
  #waiting = { numQueued: 0, numPaused: 0 };

  constructor(options: RunManagerOptions) {
    const settings = withDefaults(options);
    const { database, relay, relayUrl, tokenFor, progressDirectory, databaseOptions } = settings;
    this.#settings = settings;
    this.#publisher = new ServerPublisher({ relay, database, serverId: ulid() });
    this.#actions = new RunActions({ database, publisher: this.#publisher });
    this.#files = new ProgressFiles({ directory: progressDirectory, relayUrl, tokenFor });
    this.#strangers = new StrangerWatch({ ...settings, publisher: this.#publisher });
    this.#supervisor = new RunSupervisor({
      ...settings,
      publisher: this.#publisher,
      files: this.#files,
      owners: new LeaseOwners(settings.hostName ?? hostname()),
      command: ({ runId, leaseOwner }) => {
        const token = tokenFor?.(runId);
        return {
          type: "start",
          runId,
          leaseOwner,
          database: databaseOptions,
          relayUrl: relayUrl(),
          progressDirectory,
          ...(token !== undefined && { token }),
        };
      },
    });
  }

  /** How many runs there are, as of the last look; `numWaiting` are paused. */
  get figures(): { numRunning: number; numQueued: number; numWaiting: number } {
    const { numQueued, numPaused } = this.#waiting;
    return { numRunning: this.#supervisor.numChildren, numQueued, numWaiting: numPaused };
  }

  /** Begins to work on the queue; relay and database must be up. */
  async open(): Promise<void> {
    const { lookMs, retention } = this.#settings;
    this.#timers.push(setInterval(() => this.#look(), lookMs));
    if (retention) {
      const prune = () => void this.prune(retention).catch(() => {});
      this.#timers.push(setInterval(prune, DAY_MS));
      prune();
    }
    this.#look();
    this.#purge();
    void this.#tellTheRest().catch(() => {});
  }

  /**
   * Queues a run and answers its id.
   * @throws ServerError if its config cannot work, the queue is full, or the disk.
   */
  async start(config: RunConfig): Promise<string> {
    const { database, dataDirectory, minFreeBytes, maxQueued } = this.#settings;
    checkRunConfig(config);
    if (config.dataPath !== undefined) checkDataPath(config.dataPath);
    await checkFreeBytes(dataDirectory, minFreeBytes);
    const { numQueued } = await database.runs.countWaiting();
    if (numQueued >= maxQueued) {
      throw new ServerError(
        "queue_full",
        `${numQueued} runs are waiting already; try again when some are over`,
      );
    }
    const runId = ulid();
    const { mode, project, experimentName, seed, tags, notes, numRounds, numEpochs } = config;
    await database.runs.create({
      runId,
      project,
      experimentName,
      mode,
      seed,
      tags,
      notes,
      config: runConfig.toWire(config),
      totalSteps: mode === "federated" ? numRounds : numEpochs,
    });
    this.#look();
    return runId;
  }

  /**
   * Ends a run after its current step; one that nobody trains at once.
   * @throws ServerError `run_not_found` or `run_not_active`
   */
  stop(runId: string, reason = "stopped by the user"): Promise<void> {
    return this.#actions.stop(runId, reason);
  }

  /**
   * Has a run rest after its current step until it is resumed.
   * @throws ServerError `run_not_found` or `run_not_active`
   */
  pause(runId: string, reason = "paused by the user"): Promise<void> {
    return this.#actions.pause(runId, reason);
  }

  /**
   * Lets a run that is paused, or is about to be, go on.
   * @throws ServerError `run_not_found` or `run_not_paused`
   */
  async resume(runId: string): Promise<void> {
    await this.#actions.resume(runId);
    this.#look();
  }

  /**
   * Removes a run with everything of it; one that is trained ends at once.
   * @throws ServerError `run_not_found`
   */
  async delete(runId: string): Promise<void> {
    const { state } = await this.#actions.find(runId);
    if (!(await this.#settings.database.runs.markDeleted(runId))) await this.#actions.find(runId);
    // Without its lease the process writes nothing more, wherever it is; a child of this server need not find out.
    await this.#supervisor.kill(runId);
    if (!isOver(state)) await this.#publisher.state(runId, "stopped", { reason: "deleted by the user" });
    await this.#files.remove(runId);
    this.#purge();
  }

  /** Removes runs that are old; what it takes with them goes on behind. With `dryRun` it only tells which. */
  async prune(options: PruneOptions): Promise<{ runs: PrunedRun[]; isDryRun: boolean }> {
    const { database } = this.#settings;
    const pruned = await pruneRuns({ database, files: this.#files }, options);
    if (!pruned.isDryRun) this.#purge();
    return pruned;
  }

  /** The oldest run of this project's own that waits or is trained. */
  async findUnfinished(): Promise<string | undefined> {
    const unfinished = await this.#settings.database.runs.listUnfinished({ isManaged: true });
    return unfinished.find(({ state }) => state !== "paused")?.runId;
  }

  /** Has the processes give their runs back, so that the next server goes on with them, and waits for them to be gone. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#closing.abort();
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#strangers.close();
    await this.#looking;
    await this.#supervisor.close();
    await this.#purging;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Looks soon; once more if it is looking right now. */
  #look(): void {
    this.#isAsked = true;
    this.#looking ??= this.#lookWhileAsked().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false;
      try {
        await this.#supervisor.look();
        await this.#strangers.look();
        this.#waiting = await this.#settings.database.runs.countWaiting();
      } catch {
        // The database is away, as `/health` tells; the next look comes anyway.
      }
    }
  }

  /** What a server that was killed had no time to say or to send. */
  async #tellTheRest(): Promise<void> {
    const { runs } = this.#settings.database;
    for (const { runId, state } of await runs.listUntoldEnds()) {
      if (state === "stopped" || state === "failed") await this.#publisher.end(runId, state);
    }
    for (const runId of await this.#files.listUnsent()) {
      if (this.#isClosed) return;
      const run = await runs.get(runId);
      const [unfinished] = await runs.listUnfinished({ runId });
      if (run?.isManaged && (isOver(run.state) || unfinished?.state === "paused"))
        await this.#files.sync(runId);
    }
  }

  #purge(): void {
    const { database } = this.#settings;
    this.#purging = this.#purging
      .then(async () => {
        if (this.#isClosed) return;
        await database.runs.purgeDeleted(this.#closing.signal);
        await database.checkpoints.removeLeftovers();
      })
      .catch(() => {});
  }
}
