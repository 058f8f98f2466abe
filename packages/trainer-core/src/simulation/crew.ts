import type { PoolSetup, WorkerReport } from "./worker-messages.js";
import { openWorkerSeat, type ReadyReport, type WorkerSeat } from "./worker-seat.js";

export interface CrewOptions {
  readonly file: URL;
  readonly setup: PoolSetup;
  readonly numWorkers: number;
  /** Vectors that each slot has memory for, with the elements of each. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly maxHeapMb: number;
}

/** Who is told what happens to workers. */
export interface CrewWatcher {
  onReport(seat: WorkerSeat, report: WorkerReport): void;
  /** A worker has ended; it is not among the seats any more. */
  onEnd(seat: WorkerSeat, reason: string): void;
  /** A worker that took the place of another can work. */
  onReady(seat: WorkerSeat): void;
  /** A worker that was to take the place of another could not begin. */
  onUnfit(reason: string): void;
}

/** Worker threads that can each be replaced. */
export interface Crew extends AsyncDisposable {
  /** What the workers say of the model and their engine. */
  readonly ready: ReadyReport;
  readonly size: number;
  /** Those that can work now. */
  readonly seats: ReadonlySet<WorkerSeat>;
  /** How many are being started. */
  readonly numStarting: number;
  /** Starts one more worker; `watcher` hears of it. */
  replace(): void;
  /** Has each slot of all workers hold further vectors. */
  addMemory(lengths: Readonly<Record<string, number>>): void;
  watch(watcher: CrewWatcher): void;
  /** Whether workers alone keep the process running: when they have jobs; at first they do not. */
  hold(isHeld: boolean): void;
}

/**
 * Starts the workers and waits until all can work.
 * @throws TrainerError with what kept one from beginning.
 */
export async function openCrew(options: CrewOptions): Promise<Crew> {
  const { numWorkers, file, maxHeapMb } = options;
  let { setup } = options;
  const seats = new Set<WorkerSeat>();
  const starting = new Set<WorkerSeat>();
  let lengths = options.lengths;
  let watcher: CrewWatcher | undefined;
  let isHeld = false;
  let isClosed = false;

  async function start(): Promise<ReadyReport> {
    const seat = openWorkerSeat({
      file,
      setup,
      lengths,
      maxHeapMb,
      onReport: (report) => watcher?.onReport(seat, report),
      onEnd(reason) {
        starting.delete(seat);
        if (seats.delete(seat)) watcher?.onEnd(seat, reason);
      },
    });
    const had = Object.keys(lengths);
    starting.add(seat);
    try {
      const ready = await seat.ready;
      // What was announced while it began.
      const added = Object.entries(lengths).filter(([name]) => !had.includes(name));
      if (added.length > 0) seat.addMemory(Object.fromEntries(added));
      if (starting.delete(seat)) seats.add(seat);
      seat.hold(isHeld);
      return ready;
    } catch (error) {
      starting.delete(seat);
      await seat.end();
      throw error;
    } finally {
      if (seats.has(seat)) watcher?.onReady(seat);
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([...seats, ...starting].map((seat) => seat.end()));
  }

  async function startAll(): Promise<ReadyReport> {
    // Workers that each measured what is fastest might not agree, and engines round differently.
    const first = setup.engine === "auto" ? await start() : undefined;
    if (first) setup = { ...setup, engine: first.engine.name };
    const others = await Promise.all(Array.from({ length: numWorkers - (first ? 1 : 0) }, start));
    return first ?? (others[0] as ReadyReport);
  }

  const ready = await startAll().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    ready,
    size: numWorkers,
    seats,
    get numStarting() {
      return starting.size;
    },
    replace() {
      if (isClosed) return;
      start().catch((error: Error) => watcher?.onUnfit(error.message));
    },
    addMemory(more) {
      const added = Object.entries(more).filter(([name]) => !(name in lengths));
      if (added.length === 0) return;
      lengths = { ...lengths, ...Object.fromEntries(added) };
      for (const seat of seats) seat.addMemory(Object.fromEntries(added));
    },
    watch(next) {
      watcher = next;
    },
    hold(next) {
      isHeld = next;
      for (const seat of [...seats, ...starting]) seat.hold(isHeld);
    },
    [Symbol.asyncDispose]: close,
  };
}
