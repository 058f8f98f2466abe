import { createReportQueue } from "../federated/report-queue.js";
import type { Crew } from "./crew.js";
import { messageOf } from "./message-of.js";
import { type Assignment, openWorkerLoad, type WorkerLoad } from "./worker-load.js";
import type { DoneMessage, ProgressMessage, SlotVectors, WorkerOrder } from "./worker-messages.js";
import type { WorkerSeat } from "./worker-seat.js";

/** Something that one worker does. */
export interface Job {
  /** Writes what the job needs into its slot, and makes the order that tells the worker. */
  order(place: { job: number; slot: number }, vectors: SlotVectors): WorkerOrder | Promise<WorkerOrder>;
}

export type JobEvent<Kind extends Job> =
  | { readonly kind: "progress"; readonly job: Kind; readonly progress: ProgressMessage }
  /** `vectors` are the job's until the next event is asked for. */
  | { readonly kind: "done"; readonly job: Kind; readonly done: DoneMessage; readonly vectors: SlotVectors }
  | {
      readonly kind: "failed";
      readonly job: Kind;
      readonly status: "failed" | "timeout";
      readonly error: string;
      readonly durationMs: number;
    };

export interface RunJobsOptions {
  readonly signal: AbortSignal;
  /** Most milliseconds that a job may take, or its worker is ended. */
  readonly timeoutMs: number;
  /** Most workers that are started in place of others. */
  readonly maxRestarts: number;
  /** Most milliseconds that a job may go on after the signal, or its worker is ended. */
  readonly graceMs: number;
}

/**
 * Has the crew do all jobs in their order, as workers get free: exactly one `done` or `failed` for each. A worker that
 * dies fails the job that it had begun, and no other. When the signal is aborted or the reader leaves, jobs end within
 * their batch, and nothing goes on behind.
 */
export async function* runJobs<Kind extends Job>(
  crew: Crew,
  jobs: readonly Kind[],
  options: RunJobsOptions,
): AsyncGenerator<JobEvent<Kind>, void, undefined> {
  const { signal } = options;
  if (jobs.length === 0 || signal.aborted) return;
  const run = startRun(crew, jobs, options);
  signal.addEventListener("abort", run.stop);
  try {
    for await (const { event, release } of run.events) {
      if (signal.aborted) return;
      yield event;
      release?.();
    }
  } finally {
    signal.removeEventListener("abort", run.stop);
    run.stop();
    await run.isIdle;
  }
}

interface Queued<Kind extends Job> {
  readonly event: JobEvent<Kind>;
  /** The reader is done with it. */
  readonly release?: () => void;
}

function startRun<Kind extends Job>(crew: Crew, jobs: readonly Kind[], options: RunJobsOptions) {
  const { timeoutMs, maxRestarts, graceMs } = options;
  const pending = [...jobs];
  const loads = new Map<WorkerSeat, WorkerLoad<Kind>>();
  const queue = createReportQueue<Queued<Kind>>();
  let numOpen = jobs.length;
  let numRestarts = 0;
  let isStopping = false;
  let lastReason = "";
  let beIdle = () => {};
  const isIdle = new Promise<void>((resolve) => {
    beIdle = resolve;
  });

  function loadOf(seat: WorkerSeat): WorkerLoad<Kind> {
    const load = loads.get(seat) ?? openWorkerLoad<Kind>(seat, timeoutMs);
    loads.set(seat, load);
    return load;
  }

  /** Hands out jobs: to idle workers first, and ahead of time only while there is plenty. */
  function dispatch(): void {
    for (const ahead of [0, 1]) {
      for (const seat of crew.seats) {
        const load = loadOf(seat);
        if (isStopping || load.assigned.length !== ahead || !load.hasFreeSlot) continue;
        if (ahead > 0 && pending.length <= crew.size) return;
        const job = pending.shift() ?? takeBack();
        if (!job) return;
        assign(load, job);
      }
    }
    if (crew.seats.size === 0 && crew.numStarting === 0) giveUp();
  }

  /** A job that waits behind another at a busy worker. */
  function takeBack(): Kind | undefined {
    for (const load of loads.values()) {
      const [, waiting] = load.assigned;
      if (waiting && load.revoke(waiting)) return waiting.job;
    }
    return undefined;
  }

  function assign(load: WorkerLoad<Kind>, job: Kind): void {
    const assignment = load.take(job);
    const { number, slot } = assignment;
    const cannotSend = (error: unknown) => {
      // Somebody else has the job by now, or nobody wants it.
      if (!load.revoke(assignment)) return;
      settle({ kind: "failed", job, status: "failed", error: messageOf(error), durationMs: 0 });
    };
    try {
      const order = job.order({ job: number, slot }, load.seat.slots[slot] as SlotVectors);
      if (order instanceof Promise) order.then((made) => load.send(assignment, made)).catch(cannotSend);
      else load.send(assignment, order);
    } catch (error) {
      cannotSend(error);
    }
  }

  function settle(event: JobEvent<Kind>, release?: () => void): void {
    numOpen -= 1;
    if (!isStopping) queue.push(release ? { event, release } : { event });
    if (numOpen === 0) isStopping = true;
    if (isStopping) endIfIdle();
    else dispatch();
  }

  function endIfIdle(): void {
    for (const { assigned } of loads.values()) if (assigned.length > 0) return;
    crew.watch(undefined);
    queue.end();
    beIdle();
  }

  function stop(): void {
    if (isStopping) return;
    isStopping = true;
    pending.length = 0;
    for (const load of loads.values()) {
      for (const assignment of [...load.assigned]) {
        if (!load.revoke(assignment)) load.seat.post({ kind: "stop", job: assignment.number });
      }
      load.limit(graceMs);
    }
    endIfIdle();
  }

  function giveUp(): void {
    const error = `no worker is left after ${numRestarts} restarts: ${lastReason}`;
    for (const job of pending.splice(0)) {
      settle({ kind: "failed", job, status: "failed", error, durationMs: 0 });
    }
  }

  function replaceOne(): void {
    if (isStopping || numRestarts >= maxRestarts) return;
    numRestarts += 1;
    crew.replace();
  }

  function fail(load: WorkerLoad<Kind>, { job }: Assignment<Kind>, reason: string): void {
    const durationMs = load.elapsedMs;
    if (load.isLate) {
      const error = `expected an end within ${timeoutMs} ms`;
      settle({ kind: "failed", job, status: "timeout", error, durationMs });
    } else {
      const error = `the worker has ended: ${reason}`;
      settle({ kind: "failed", job, status: "failed", error, durationMs });
    }
  }

  crew.watch({
    onReport(seat, report) {
      const load = loadOf(seat);
      const assignment = load.assigned.find(({ number }) => "job" in report && number === report.job);
      if (!assignment || report.kind === "ready" || report.kind === "unfit") return;
      const { job, slot } = assignment;
      if (report.kind === "progress") {
        if (!isStopping) queue.push({ event: { kind: "progress", job, progress: report } });
        return;
      }
      load.end(assignment);
      if (report.kind === "failed") {
        load.free(slot);
        const { error, durationMs } = report;
        settle({ kind: "failed", job, status: "failed", error, durationMs });
        return;
      }
      const vectors = seat.slots[slot] as SlotVectors;
      settle({ kind: "done", job, done: report, vectors }, () => {
        load.free(slot);
        dispatch();
      });
    },

    onEnd(seat, reason) {
      const load = loadOf(seat);
      loads.delete(seat);
      lastReason = load.isLate ? `took more than ${timeoutMs} ms` : reason;
      const left = load.close();
      const begun = left.filter((assignment) => load.hasBegun(assignment));
      const waiting = left.filter((assignment) => !begun.includes(assignment));
      if (!isStopping) pending.unshift(...waiting.map(({ job }) => job));
      replaceOne();
      for (const assignment of begun) fail(load, assignment, reason);
      if (isStopping) endIfIdle();
      else dispatch();
    },

    onReady: dispatch,

    onUnfit(reason) {
      lastReason = reason;
      replaceOne();
      dispatch();
    },
  });
  for (let n = crew.size - crew.seats.size - crew.numStarting; n > 0; n -= 1) replaceOne();
  dispatch();
  return { events: queue.read(), stop, isIdle };
}
