import { NUM_SLOTS, type SlotVectors, type WorkerOrder } from "./worker-messages.js";
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
  /** The limit of the job for which the worker was ended, in ms, if it was. */
  readonly exceededMs: number | undefined;
  /** Since the job that the worker is at was sent, or the one before it ended. */
  readonly elapsedMs: number;
  /** Puts a job, which may take so long, into a free slot. */
  take(job: Kind, limitMs: number): Assignment<Kind>;
  /** Tells the worker of a job, unless it was taken back; `fill` writes into its slot. */
  send(assignment: Assignment<Kind>, fill: (vectors: SlotVectors) => WorkerOrder): void;
  /** Takes a job back unless the worker has begun it. */
  revoke(assignment: Assignment<Kind>): boolean;
  hasBegun(assignment: Assignment<Kind>): boolean;
  /** The job has ended; its slot is still read. */
  end(assignment: Assignment<Kind>): void;
  free(slot: number): void;
  /** Sets how long a job may take, counted from now if the worker is at it. */
  limit(assignment: Assignment<Kind>, milliseconds: number): void;
  /** The worker is no more: gives the jobs that were left. */
  close(): readonly Assignment<Kind>[];
}

// Numbers tell jobs apart in memory that outlasts them.
let lastNumber = 0;

export function openWorkerLoad<Kind>(seat: WorkerSeat): WorkerLoad<Kind> {
  const assigned: Assignment<Kind>[] = [];
  const limits = new Map<Assignment<Kind>, number>();
  const free = new Set(Array.from({ length: NUM_SLOTS }, (_, slot) => slot));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let startedAt = performance.now();
  let exceededMs: number | undefined;

  function restartClock(): void {
    clearTimeout(timer);
    startedAt = performance.now();
    const [current] = assigned;
    const limitMs = current && limits.get(current);
    if (limitMs === undefined || !Number.isFinite(limitMs)) return;
    // What the worker has said may lie unread behind a timer that is due: it is looked at first.
    timer = setTimeout(() => setImmediate(() => endLate(current, limitMs)), limitMs);
  }

  function endLate(late: Assignment<Kind> | undefined, limitMs: number): void {
    if (assigned[0] !== late) return;
    exceededMs = limitMs;
    seat.end().catch(() => undefined);
  }

  function end(assignment: Assignment<Kind>): void {
    const at = assigned.indexOf(assignment);
    assigned.splice(at, 1);
    limits.delete(assignment);
    if (at === 0) restartClock();
  }

  return {
    seat,
    assigned,
    get hasFreeSlot() {
      return free.size > 0;
    },
    get exceededMs() {
      return exceededMs;
    },
    get elapsedMs() {
      return performance.now() - startedAt;
    },
    take(job, limitMs) {
      const [slot = 0] = free;
      free.delete(slot);
      lastNumber += 1;
      const assignment = { job, number: lastNumber, slot };
      assigned.push(assignment);
      limits.set(assignment, limitMs);
      Atomics.store(seat.begun, slot, assignment.number);
      return assignment;
    },
    send(assignment, fill) {
      if (!assigned.includes(assignment)) return;
      seat.post(fill(seat.slots[assignment.slot] as SlotVectors));
      if (assigned[0] === assignment) restartClock();
    },
    revoke(assignment) {
      const { number, slot } = assignment;
      if (!assigned.includes(assignment)) return false;
      if (Atomics.compareExchange(seat.begun, slot, number, 0) !== number) return false;
      end(assignment);
      free.add(slot);
      return true;
    },
    hasBegun: ({ slot, number }) => Atomics.load(seat.begun, slot) === -number,
    end,
    free: (slot) => void free.add(slot),
    limit(assignment, milliseconds) {
      limits.set(assignment, milliseconds);
      if (assigned[0] === assignment) restartClock();
    },
    close() {
      clearTimeout(timer);
      return assigned.splice(0);
    },
  };
}
