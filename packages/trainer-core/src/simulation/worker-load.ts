import { NUM_SLOTS, type WorkerOrder } from "./worker-messages.js";
import type { WorkerSeat } from "./worker-seat.js";

/** A job in one of a worker's slots. */
export interface Assignment<Kind> {
  readonly job: Kind;
  readonly number: number;
  readonly slot: number;
}

/** What one worker has to do, and for how long it has been at it. */
export interface WorkerLoad<Kind> {
  readonly seat: WorkerSeat;
  /** Oldest first. */
  readonly assigned: readonly Assignment<Kind>[];
  readonly hasFreeSlot: boolean;
  /** The worker was ended because a job took too long. */
  readonly isLate: boolean;
  /** Since the job that the worker is at was sent, or the one before it ended. */
  readonly elapsedMs: number;
  /** Puts a job into a free slot. */
  take(job: Kind): Assignment<Kind>;
  /** Tells the worker of a job, unless it was taken back. */
  send(assignment: Assignment<Kind>, order: WorkerOrder): void;
  /** Takes a job back unless the worker has begun it. */
  revoke(assignment: Assignment<Kind>): boolean;
  hasBegun(assignment: Assignment<Kind>): boolean;
  /** The job has ended; its slot is still read. */
  end(assignment: Assignment<Kind>): void;
  free(slot: number): void;
  /** Sets how long a job may take, counted from now for the one at work. */
  limit(milliseconds: number): void;
  /** The worker is no more: gives the jobs that were left. */
  close(): readonly Assignment<Kind>[];
}

// Numbers tell jobs apart in memory that outlasts a round.
let lastNumber = 0;

export function openWorkerLoad<Kind>(seat: WorkerSeat, limitMs: number): WorkerLoad<Kind> {
  const assigned: Assignment<Kind>[] = [];
  const sent = new Set<Assignment<Kind>>();
  const free = new Set(Array.from({ length: NUM_SLOTS }, (_, slot) => slot));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let startedAt = performance.now();
  let isLate = false;

  function restartClock(): void {
    clearTimeout(timer);
    startedAt = performance.now();
    const [current] = assigned;
    if (!current || !Number.isFinite(limitMs)) return;
    // What the worker has said may lie unread behind a timer that is due: it is looked at first.
    timer = setTimeout(() => setImmediate(() => endLate(current)), limitMs);
  }

  function endLate(current: Assignment<Kind>): void {
    if (assigned[0] !== current) return;
    isLate = true;
    seat.end().catch(() => undefined);
  }

  function end(assignment: Assignment<Kind>): void {
    const at = assigned.indexOf(assignment);
    assigned.splice(at, 1);
    sent.delete(assignment);
    if (at === 0) restartClock();
  }

  return {
    seat,
    assigned,
    get hasFreeSlot() {
      return free.size > 0;
    },
    get isLate() {
      return isLate;
    },
    get elapsedMs() {
      return performance.now() - startedAt;
    },
    take(job) {
      const [slot = 0] = free;
      free.delete(slot);
      lastNumber += 1;
      const assignment = { job, number: lastNumber, slot };
      assigned.push(assignment);
      Atomics.store(seat.begun, slot, assignment.number);
      return assignment;
    },
    send(assignment, order) {
      if (!assigned.includes(assignment)) return;
      seat.post(order);
      sent.add(assignment);
      if (assigned[0] === assignment) restartClock();
    },
    revoke(assignment) {
      const { number, slot } = assignment;
      if (Atomics.compareExchange(seat.begun, slot, number, 0) !== number) return false;
      end(assignment);
      free.add(slot);
      return true;
    },
    hasBegun: ({ slot, number }) => Atomics.load(seat.begun, slot) === -number,
    end,
    free: (slot) => void free.add(slot),
    limit(milliseconds) {
      limitMs = milliseconds;
      restartClock();
    },
    close() {
      clearTimeout(timer);
      return assigned.splice(0);
    },
  };
}
