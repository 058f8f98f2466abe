import type { Crew } from "./crew.js";
import {
  type CalledJob,
  type Job,
  type JobCall,
  type JobCallOptions,
  type JobEvent,
  openJobCall,
} from "./job-call.js";
import { messageOf } from "./message-of.js";
import { type Assignment, openWorkerLoad, type WorkerLoad } from "./worker-load.js";
import type { DoneMessage, SlotVectors } from "./worker-messages.js";
import type { WorkerSeat } from "./worker-seat.js";

export interface ForemanOptions {
  /** Most milliseconds that a job may take, or its worker is ended. */
  readonly timeoutMs: number;
  /** Most workers that are started in place of others from one call to the next. */
  readonly maxRestarts: number;
  /** Most milliseconds that a job may go on after its call was stopped, or its worker is ended. */
  readonly graceMs: number;
}

/** Hands out jobs to the workers of a crew. */
export interface Foreman {
  /**
   * Has all jobs done in their order, as workers get free: exactly one `done` or `failed` for each. Calls that overlap
   * are served in the order in which they came, urgent ones first. A worker that dies fails the job that it had begun,
   * and no other. When the signal is aborted or the reader leaves, the call's jobs end within their batch, and nothing
   * goes on behind.
   */
  run<Kind extends Job>(
    jobs: readonly Kind[],
    options: JobCallOptions,
  ): AsyncGenerator<JobEvent<Kind>, void, undefined>;
}

export function createForeman(crew: Crew, options: ForemanOptions): Foreman {
  const { timeoutMs, maxRestarts, graceMs } = options;
  const calls = new Set<JobCall>();
  const loads = new Map<WorkerSeat, WorkerLoad<CalledJob>>();
  let pending: CalledJob[] = [];
  let numRestarts = 0;
  let lastReason = "";

  function loadOf(seat: WorkerSeat): WorkerLoad<CalledJob> {
    const load = loads.get(seat) ?? openWorkerLoad<CalledJob>(seat);
    loads.set(seat, load);
    return load;
  }

  /** Hands out jobs: to idle workers first, and ahead of time only while there is plenty. */
  function dispatch(): void {
    for (const ahead of [0, 1]) {
      for (const seat of crew.seats) {
        const load = loadOf(seat);
        if (load.assigned.length !== ahead || !load.hasFreeSlot) continue;
        if (ahead > 0 && pending.length <= crew.size) return;
        const job = pending.shift() ?? takeBack();
        if (!job) return;
        assign(load, job);
      }
    }
    if (crew.seats.size === 0 && crew.numStarting === 0) giveUp();
  }

  /** A job that waits behind another at a busy worker. */
  function takeBack(): CalledJob | undefined {
    for (const load of loads.values()) {
      const [, waiting] = load.assigned;
      if (waiting && load.revoke(waiting)) return waiting.job;
    }
    return undefined;
  }

  function assign(load: WorkerLoad<CalledJob>, job: CalledJob): void {
    const assignment = load.take(job, timeoutMs);
    const cannotSend = (error: unknown) => {
      // Somebody else has the job by now, or nobody wants it.
      if (load.revoke(assignment)) fail(job, messageOf(error));
    };
    try {
      const fill = job.order({ job: assignment.number, slot: assignment.slot });
      if (fill instanceof Promise) fill.then((made) => load.send(assignment, made)).catch(cannotSend);
      else load.send(assignment, fill);
    } catch (error) {
      cannotSend(error);
    }
  }

  function fail(job: CalledJob, error: string, durationMs = 0): void {
    settle(job, () => job.report({ kind: "failed", status: "failed", error, durationMs }));
  }

  /** Says what became of a job, and goes on. */
  function settle({ call }: CalledJob, report: () => void): void {
    report();
    endIfIdle(call);
    dispatch();
  }

  function endIfIdle(call: JobCall): void {
    if (!call.isOver || assignmentsOf(call).length > 0) return;
    calls.delete(call);
    if (calls.size === 0) crew.hold(false);
    call.end();
  }

  function assignmentsOf(call: JobCall) {
    return [...loads.values()].flatMap((load) =>
      load.assigned.flatMap((assignment) => (assignment.job.call === call ? [{ load, assignment }] : [])),
    );
  }

  function begin(call: JobCall, jobs: readonly CalledJob[], isUrgent: boolean): void {
    calls.add(call);
    crew.hold(true);
    pending = isUrgent ? [...jobs, ...pending] : [...pending, ...jobs];
    numRestarts = 0;
    for (let n = crew.size - crew.seats.size - crew.numStarting; n > 0; n -= 1) replaceOne();
    dispatch();
  }

  function stop(call: JobCall): void {
    if (!calls.has(call)) return;
    call.stop();
    pending = pending.filter((job) => job.call !== call);
    for (const { load, assignment } of assignmentsOf(call)) {
      if (load.revoke(assignment)) continue;
      load.seat.post({ kind: "stop", job: assignment.number });
      load.limit(assignment, graceMs);
    }
    endIfIdle(call);
    dispatch();
  }

  function giveUp(): void {
    const error = `no worker is left after ${numRestarts} restarts: ${lastReason}`;
    for (const job of pending.splice(0)) fail(job, error);
  }

  function replaceOne(): void {
    const isWanted = [...calls].some((call) => !call.isOver);
    if (!isWanted || numRestarts >= maxRestarts) return;
    numRestarts += 1;
    crew.replace();
  }

  /** The worker was lost with a job that it had begun. */
  function lose(load: WorkerLoad<CalledJob>, { job }: Assignment<CalledJob>, reason: string): void {
    const { exceededMs, elapsedMs: durationMs } = load;
    if (exceededMs === undefined) return fail(job, `the worker has ended: ${reason}`, durationMs);
    const error = `expected an end within ${exceededMs} ms`;
    settle(job, () => job.report({ kind: "failed", status: "timeout", error, durationMs }));
  }

  crew.watch({
    onReport(seat, report) {
      const load = loadOf(seat);
      const assignment = load.assigned.find(({ number }) => "job" in report && number === report.job);
      if (!assignment || report.kind === "ready" || report.kind === "unfit") return;
      const { job, slot } = assignment;
      if (report.kind === "progress") return job.report({ kind: "progress", progress: report });
      load.end(assignment);
      const release = () => {
        load.free(slot);
        dispatch();
      };
      if (report.kind === "failed") {
        load.free(slot);
        return fail(job, report.error, report.durationMs);
      }
      const vectors = seat.slots[slot] as SlotVectors;
      const done = { kind: "done" as const, done: report };
      if (job.call.lendsVectors) return settle(job, () => job.report({ ...done, vectors }, release));
      const copies = copiesOf(report, vectors);
      load.free(slot);
      settle(job, () => job.report({ ...done, vectors: copies }));
    },

    onEnd(seat, reason) {
      const load = loadOf(seat);
      loads.delete(seat);
      lastReason = load.exceededMs === undefined ? reason : `took more than ${load.exceededMs} ms`;
      const left = load.close();
      const begun = left.filter((assignment) => load.hasBegun(assignment));
      const waiting = left.filter((assignment) => !begun.includes(assignment));
      pending.unshift(...waiting.map(({ job }) => job));
      replaceOne();
      for (const assignment of begun) lose(load, assignment, reason);
      dispatch();
    },

    onReady: dispatch,

    onUnfit(reason) {
      lastReason = reason;
      replaceOne();
      dispatch();
    },
  });

  return {
    async *run<Kind extends Job>(jobs: readonly Kind[], callOptions: JobCallOptions) {
      const { signal, isUrgent = false } = callOptions;
      if (jobs.length === 0 || signal.aborted) return;
      const { call, jobs: called, events, hasEnded } = openJobCall(jobs, callOptions);
      const stopCall = () => stop(call);
      signal.addEventListener("abort", stopCall);
      begin(call, called, isUrgent);
      try {
        for await (const event of events()) {
          if (signal.aborted) return;
          yield event;
        }
      } finally {
        signal.removeEventListener("abort", stopCall);
        stopCall();
        await hasEnded;
      }
    },
  };
}

/** What a job has left in its slot. */
function copiesOf(done: DoneMessage, vectors: SlotVectors): SlotVectors {
  if (done.kind !== "trained") return {};
  const beside = [
    ...done.vectors.map((name) => `vectors.${name}`),
    ...done.kept.map((name) => `state.${name}`),
  ];
  return Object.fromEntries(
    ["values", ...beside].map((name) => [name, (vectors[name] as Float32Array).slice()]),
  );
}
