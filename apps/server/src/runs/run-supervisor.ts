import type { Database, RunLease, UnfinishedRun } from "@fedloom/db";
import type { Relay } from "@fedloom/relay";
import type { LeaseOwners } from "./lease-owner.js";
import type { ProgressFiles } from "./progress-files.js";
import { describeDeath, type ProcessEnd, type RunChild, startRunChild } from "./run-child.js";
import { EXIT, LEASE_MS, type RunCommand } from "./run-messages.js";
import type { ServerPublisher } from "./server-publisher.js";

export interface RunSupervisorOptions {
  readonly database: Database;
  readonly relay: Relay;
  readonly publisher: ServerPublisher;
  readonly files: ProgressFiles;
  readonly owners: LeaseOwners;
  /** Path of the program that trains a run. */
  readonly program: string;
  readonly command: (about: { runId: string; leaseOwner: string }) => RunCommand;
  /** Most runs at once on this host. */
  readonly maxRunning: number;
  /** How long to wait after a first death; twice as long after the next. */
  readonly retryMs: number;
  /** At which death in a row without a closed step a run fails. */
  readonly maxDeaths: number;
  /** How long processes may take to end when the server does. */
  readonly stopMs: number;
}

/** For how long the database must have answered before a lease that is over is held against its process. */
const GRACE_MS = 5_000;

interface Child extends RunChild {
  readonly lease: RunLease;
  /** Until its process has claimed the run, the server keeps the reservation alive. */
  isClaimed: boolean;
  isOver: Promise<void>;
}

/**
 * Gives runs of the queue to processes, notices when these die, and has others go on. Everything it knows is in the
 * database, so that it does not matter which server started a process.
 */
export class RunSupervisor {
  readonly #options: RunSupervisorOptions;
  readonly #children = new Map<string, Child>();
  /** How processes ended that had no time to give their lease back, by the lease's owner. */
  readonly #ends = new Map<string, ProcessEnd>();
  /** Owners of leases that were seen to be gone in the look before. */
  readonly #gone = new Set<string>();
  readonly #cares = new Map<string, Promise<void>>();
  #healthySince = performance.now();
  #numStarted = 0;
  #isClosed = false;

  constructor(options: RunSupervisorOptions) {
    this.#options = options;
  }

  get numChildren(): number {
    return this.#children.size;
  }

  /** Looks after every run that is not over, once. */
  async look(): Promise<void> {
    const startedAt = performance.now();
    try {
      const active = await this.#options.database.runs.listActive();
      for (const run of active) await this.#lookAt(run);
      const owners = new Set(active.map(({ leaseOwner }) => leaseOwner));
      for (const owner of this.#gone) if (!owners.has(owner)) this.#gone.delete(owner);
      for (const owner of this.#ends.keys()) if (!owners.has(owner)) this.#ends.delete(owner);
      await this.#keepReservations();
      await this.#fill();
    } catch (error) {
      this.#healthySince = performance.now();
      throw error;
    }
    // It answered, but nobody could renew a lease meanwhile.
    if (performance.now() - startedAt > GRACE_MS) this.#healthySince = performance.now();
  }

  /** Ends the process of a run at once, if it is a child of this server. */
  async kill(runId: string): Promise<void> {
    const child = this.#children.get(runId);
    child?.kill("SIGKILL");
    await child?.isOver;
  }

  /** Asks the processes to give their runs back, and waits for them to be gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const children = [...this.#children.values()];
    for (const child of children) child.kill("SIGTERM");
    const killer = setTimeout(() => {
      for (const child of children) child.kill("SIGKILL");
    }, this.#options.stopMs);
    await Promise.all([...this.#cares.values(), ...children.map(({ isOver }) => isOver)]);
    clearTimeout(killer);
    const { runs } = this.#options.database;
    for (const { lease } of children) await runs.abandon(lease.owner).catch(() => {});
  }

  async #lookAt(run: UnfinishedRun): Promise<void> {
    const { runId, leaseOwner, isLeased, isEnding, state, wanted } = run;
    if (leaseOwner !== undefined && this.#isGone(run, leaseOwner)) {
      const end = this.#ends.get(leaseOwner);
      if (end?.code === EXIT.released || this.#options.owners.isReservation(leaseOwner)) {
        return this.#options.database.runs.abandon(leaseOwner);
      }
      return this.#care(runId, () => this.#recover(run, { owner: leaseOwner, end }));
    }
    if (isLeased) return;
    if (isEnding) return this.#hasEnded(runId) ? undefined : this.#care(runId, () => this.#bring(runId));
    const child = this.#children.get(runId);
    if (wanted !== undefined && !child) return this.#settleWanted(run, wanted);
    if (state === "queued" || performance.now() - this.#healthySince < GRACE_MS) return;
    // A process that lives and lets its lease go by does not work any more; its death is noted once it is dead.
    if (child) return child.kill("SIGKILL");
    this.#care(runId, () => this.#recover(run, {}));
  }

  /**
   * Whether the process that holds a lease is dead. Of a process that this server did not start that must have been seen
   * twice, because the server that did knows more of it.
   */
  #isGone({ runId }: UnfinishedRun, owner: string): boolean {
    if (this.#ends.has(owner)) return true;
    if (this.#children.get(runId)?.lease.owner === owner || !this.#options.owners.isGone(owner)) return false;
    const isKnown = this.#gone.has(owner);
    this.#gone.add(owner);
    return isKnown;
  }

  /** Does what takes longer beside the rest, once at a time for each run. */
  #care(runId: string, task: () => Promise<void>): void {
    if (this.#cares.has(runId)) return;
    const care = task()
      // Whatever it was is looked at again.
      .catch(() => {})
      .finally(() => this.#cares.delete(runId));
    this.#cares.set(runId, care);
  }

  async #settleWanted({ runId }: UnfinishedRun, wanted: "paused" | "stopped"): Promise<void> {
    const { database, publisher } = this.#options;
    const reason = `${wanted} by the user`;
    if (!(await database.runs.settle(runId, wanted, { reason }))) return;
    if (wanted === "stopped") await publisher.end(runId, "stopped");
    else await publisher.state(runId, "paused", { reason });
  }

  /** Has another process go on with a run whose own died. */
  async #recover(run: UnfinishedRun, died: { owner?: string; end?: ProcessEnd | undefined }): Promise<void> {
    const { database, publisher, retryMs, maxDeaths } = this.#options;
    const { runId } = run;
    if (this.#hasEnded(runId)) return;
    await this.#bring(runId);
    const reason = died.end ? describeDeath(died.end) : "the training process is gone";
    const death = await database.runs.noteDeath(runId, {
      owner: died.owner,
      reason,
      maxDeaths,
      graceMs: GRACE_MS,
      waitMs: (numDeaths) => retryMs * 2 ** (numDeaths - 1),
    });
    if (!death) return;
    if (death.state === "failed") return publisher.end(runId, "failed", reason);
    await publisher.state(runId, "queued", {
      reason: `${reason}; it goes on from the last checkpoint`,
      attempt: run.attempt,
    });
  }

  async #bring(runId: string): Promise<void> {
    await this.#options.files.sync(runId);
  }

  /** Whether the last event of a run is here, and only not yet in the database. */
  #hasEnded(runId: string): boolean {
    const stream = this.#options.relay.streams.get(runId);
    return stream?.after(0).some(({ type }) => type === "training_end") ?? false;
  }

  async #keepReservations(): Promise<void> {
    for (const child of this.#children.values()) {
      if (child.isClaimed) continue;
      // A claim counts the attempt up: then the reservation is nobody's any more.
      child.isClaimed = (await this.#options.database.runs.renew(child.lease, LEASE_MS)) === undefined;
    }
  }

  async #fill(): Promise<void> {
    const { database, owners, maxRunning } = this.#options;
    while (!this.#isClosed && this.#children.size < maxRunning) {
      this.#numStarted += 1;
      const reservation = await database.runs.takeNext({
        owner: owners.reservationOf(process.pid, this.#numStarted),
        place: owners.place,
        maxRunning,
        leaseMs: LEASE_MS,
      });
      if (!reservation) return;
      await this.#begin(reservation);
    }
  }

  async #begin(reservation: RunLease): Promise<void> {
    const { database, publisher, program, command, owners } = this.#options;
    const { runId } = reservation;
    const attempt = reservation.attempt + 1;
    if (reservation.attempt > 0) await this.#bring(runId);
    const started = startRunChild(program, ({ stream, text }) =>
      publisher.log(runId, { level: stream === "stderr" ? "warning" : "info", message: text, attempt }),
    );
    const owner = owners.nameOf(started.pid ?? process.pid, `${this.#numStarted}`);
    const lease = await database.runs
      .handOver(reservation, { owner, leaseMs: LEASE_MS })
      .catch(() => undefined);
    // Another took it meanwhile, or the database is away: then the reservation is over by itself.
    if (!lease || this.#isClosed) {
      started.kill("SIGKILL");
      if (lease) await database.runs.abandon(owner);
      return;
    }
    started.send(command({ runId, leaseOwner: owner }));
    const child: Child = { ...started, lease, isClaimed: false, isOver: Promise.resolve() };
    this.#children.set(runId, child);
    child.isOver = started.ended.then((end) => this.#onEnd(child, end)).catch(() => {});
  }

  async #onEnd({ lease }: Child, end: ProcessEnd): Promise<void> {
    const { database, publisher } = this.#options;
    const { runId, owner } = lease;
    this.#children.delete(runId);
    this.#ends.set(owner, end);
    const [run] = await database.runs.listUnfinished({ runId });
    // It had no time to give its lease back: the next look does what is to be done.
    if (run?.leaseOwner === owner) return;
    this.#ends.delete(owner);
    if (!run) return;
    if (end.code === EXIT.released) {
      await publisher.state(runId, run.state, {
        attempt: run.attempt,
        ...(run.state === "queued" && { reason: "its process was asked to end; it goes on later" }),
      });
    }
  }
}
