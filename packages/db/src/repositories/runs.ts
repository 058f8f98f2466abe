import type { RunRecord, RunState } from "@fedloom/protocol";
import { and, count, eq, inArray, isNull, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { projects } from "../schema/projects.js";
import { runs, type WantedState } from "../schema/runs.js";
import { storableJson, storableText } from "../storable.js";
import { markDeleted, purgeDeleted } from "./delete-run.js";
import {
  abandonLeases,
  claimRun,
  handOver,
  type LeasedRun,
  type NoteDeath,
  noteDeath,
  type RunLease,
  releaseLease,
  renewLease,
  type Settle,
  settleRun,
  type TakeNext,
  takeNextRun,
} from "./lease-run.js";
import { listRuns, type RunQuery } from "./list-runs.js";
import { runRecordOf } from "./run-record.js";
import {
  listActiveRuns,
  listPrunableRuns,
  listUnfinishedRuns,
  listUntoldEnds,
  noteSilence,
  type PruneQuery,
  type SilenceLimits,
  type UnfinishedRun,
} from "./unfinished-runs.js";
import { listenForWanted, wantOfRun } from "./wanted-runs.js";

export type {
  LeasedRun,
  NoteDeath,
  PruneQuery,
  RunLease,
  RunQuery,
  Settle,
  SilenceLimits,
  TakeNext,
  UnfinishedRun,
};

export interface NewRun {
  readonly runId: string;
  readonly project: string;
  readonly experimentName: string;
  readonly mode: "centralized" | "federated";
  /** In its wire form. */
  readonly config: Record<string, unknown>;
  readonly seed: number;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly totalSteps: number;
}

export interface RunRepository {
  /** Adds a run in state `queued`, and its project if that is new. */
  create(run: NewRun): Promise<void>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** With the number of all that match. Newest first unless told otherwise. */
  list(query: RunQuery): Promise<{ runs: RunRecord[]; total: number }>;
  /** Changes what a user may change; false if there is no such run. */
  change(
    runId: string,
    changes: { tags?: string[]; notes?: string; experimentName?: string },
  ): Promise<boolean>;
  /** Removes a run with everything of it; false if there is no such run. Long runs take a while, see `purgeDeleted`. */
  delete(runId: string): Promise<boolean>;
  /** The first part of `delete`, which is quick: from then on there is no such run, and its lease is lost. */
  markDeleted(runId: string): Promise<boolean>;
  /**
   * The second part, in steps that hold no lock for long: removes what deleted runs had; answers how many rows. What is
   * left at `signal` goes next time.
   */
  purgeDeleted(signal?: AbortSignal): Promise<number>;
  listProjects(): Promise<{ name: string; numRuns: number; createdAt: string }[]>;

  /** Everything that is not over, or those of it that a server trains, or one run; oldest first. */
  listUnfinished(which?: {
    isManaged?: boolean | undefined;
    runId?: string | undefined;
  }): Promise<UnfinishedRun[]>;
  /** Managed runs in the queue, and those that are paused. */
  countWaiting(): Promise<{ numQueued: number; numPaused: number }>;
  /** Managed runs that somebody trains, or should, or of which something is wanted; few, however long the queue. */
  listActive(): Promise<UnfinishedRun[]>;
  /** Managed runs that are over of which nobody has told the end: whoever ended them was killed before. */
  listUntoldEnds(): Promise<{ runId: string; state: RunState }[]>;
  /**
   * Reserves the run that has waited longest for a process that is to claim it; undefined if none waits, or if
   * `maxRunning` leases are held by owners whose names begin with `place`.
   */
  takeNext(options: TakeNext): Promise<RunLease | undefined>;
  /** Hands a reservation on to the process that is to claim it; undefined if it is another's by now. */
  handOver(lease: RunLease, to: { owner: string; leaseMs: number }): Promise<RunLease | undefined>;
  /**
   * Takes a run for a process that is about to train it: the next attempt, whose lease lasts `leaseMs`. Undefined if the
   * run is over, is paused, or another lease is not over. The state becomes `running`.
   */
  claim(runId: string, owner: string, leaseMs: number): Promise<RunLease | undefined>;
  /** Makes the lease last `leaseMs` from now, and tells what is wanted; undefined if the lease is another's. */
  renew(lease: RunLease, leaseMs: number): Promise<LeasedRun | undefined>;
  /**
   * Gives the lease back. With a state, the run gets it, unless it is over; `paused` becomes `queued` if nobody wants the
   * pause any more. Without one its last event is on its way. False if the lease was another's.
   */
  release(lease: RunLease, to?: { state: RunState; reason?: string }): Promise<boolean>;
  /** Gives back whatever an owner still has, for others to go on with. */
  abandon(owner: string): Promise<void>;
  /**
   * Takes the lease of a run whose process died, and queues the run again, or ends it as failed at the last death in a
   * row. Undefined if the run is over or paused, or its lease is another's.
   */
  noteDeath(runId: string, death: NoteDeath): Promise<{ state: RunState; numDeaths: number } | undefined>;
  /** Notes what a user wants of a run, for the process that trains it; undefined takes that back. False if it is over. */
  want(runId: string, wanted: WantedState | undefined, reason?: string): Promise<boolean>;
  /** Sets the state of a run that nobody trains, and forgets what was wanted; false if it is over or leased. */
  settle(runId: string, state: RunState, more?: Settle): Promise<boolean>;
  /** Marks runs of strangers `silent` or `lost` that were not heard of for long; answers those that changed. */
  noteSilence(limits: SilenceLimits): Promise<{ runId: string; state: RunState; reason: string }[]>;
  /** Runs that are old enough to be removed, oldest first. Managed ones only when they are over. */
  listPrunable(
    query: PruneQuery,
  ): Promise<{ runId: string; experimentName: string; state: RunState; lastChangeAt: string }[]>;
  /** Calls `listener` with the id of each run of which something new is wanted; returns how to stop that. */
  onWanted(listener: (runId: string) => void): Promise<() => Promise<void>>;
}

export function createRunRepository(queries: PostgresJsDatabase): RunRepository {
  const isThere = (runId: string) => and(eq(runs.runId, runId), isNull(runs.deletedAt));
  return {
    create: (run) => createRun(queries, run),
    async get(runId) {
      const [row] = await queries
        .select()
        .from(runs)
        .where(isThere(storableText(runId)));
      return row && runRecordOf(row);
    },
    list: (query) => listRuns(queries, query),
    async change(runId, { tags, notes, experimentName }) {
      const changes = {
        // The id, so that there is always something to set.
        runId: sql`${runs.runId}`,
        ...(tags && { tags: tags.map(storableText) }),
        ...(notes !== undefined && { notes: storableText(notes) }),
        ...(experimentName !== undefined && { experimentName: storableText(experimentName) }),
      };
      const changed = await queries
        .update(runs)
        .set(changes)
        .where(isThere(storableText(runId)))
        .returning({ runId: runs.runId });
      return changed.length > 0;
    },
    async delete(runId) {
      const isMarked = await markDeleted(queries, storableText(runId));
      if (isMarked) await purgeDeleted(queries);
      return isMarked;
    },
    markDeleted: (runId) => markDeleted(queries, storableText(runId)),
    purgeDeleted: (signal) => purgeDeleted(queries, signal),
    listProjects: () => listProjects(queries),

    listUnfinished: (which) => listUnfinishedRuns(queries, which),
    async countWaiting() {
      const isWaiting = and(inArray(runs.state, ["queued", "paused"]), eq(runs.isManaged, true));
      const [row] = await queries
        .select({
          numQueued: sql<number>`count(*) filter (where state = 'queued')::int`,
          numPaused: sql<number>`count(*) filter (where state = 'paused')::int`,
        })
        .from(runs)
        .where(and(isWaiting, isNull(runs.deletedAt)));
      return row ?? { numQueued: 0, numPaused: 0 };
    },
    listActive: () => listActiveRuns(queries),
    listUntoldEnds: () => listUntoldEnds(queries),
    takeNext: (options) => takeNextRun(queries, options),
    handOver: (lease, to) => handOver(queries, lease, to),
    claim: (runId, owner, leaseMs) => claimRun(queries, runId, { owner, leaseMs }),
    renew: (lease, leaseMs) => renewLease(queries, lease, leaseMs),
    release: (lease, to) => releaseLease(queries, lease, to),
    abandon: (owner) => abandonLeases(queries, owner),
    noteDeath: (runId, death) => noteDeath(queries, runId, death),
    want: (runId, state, reason) => wantOfRun(queries, runId, { state, reason }),
    settle: (runId, state, more) => settleRun(queries, runId, { ...more, state }),
    noteSilence: (limits) => noteSilence(queries, limits),
    listPrunable: (query) => listPrunableRuns(queries, query),
    onWanted: (listener) => listenForWanted(queries, listener),
  };
}

async function createRun(queries: PostgresJsDatabase, run: NewRun): Promise<void> {
  const { runId, mode, seed, totalSteps } = run;
  const project = storableText(run.project);
  await queries.transaction(async (transaction) => {
    await transaction.insert(projects).values({ name: project }).onConflictDoNothing();
    await transaction.insert(runs).values({
      runId,
      mode,
      seed,
      totalSteps,
      project,
      experimentName: storableText(run.experimentName),
      config: sql`${storableJson(run.config)}::text::jsonb`,
      tags: run.tags.map(storableText),
      notes: storableText(run.notes),
      state: "queued",
      isManaged: true,
    });
  });
}

async function listProjects(
  queries: PostgresJsDatabase,
): Promise<{ name: string; numRuns: number; createdAt: string }[]> {
  const rows = await queries
    .select({ name: projects.name, createdAt: projects.createdAt, numRuns: count(runs.runId) })
    .from(projects)
    .leftJoin(runs, and(eq(runs.project, projects.name), isNull(runs.deletedAt)))
    .groupBy(projects.name)
    .orderBy(projects.name);
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
}
