import type { Update } from "@fedloom/fl-strategy";
import type { ClientPool, ClientReport, PoolRound } from "./client-pool.js";

/** A round's tasks, and what their clients start from. */
export interface WorkOfRound extends Omit<PoolRound, "signal"> {
  /** Milliseconds until the round's deadline; Infinity without one. */
  readonly remainingMs: number;
}

/** Has clients train for one round after another, and hands their reports to it. */
export interface ClientWork {
  /** Gives clients the tasks of a round. */
  begin(round: WorkOfRound): void;
  /** The next report; undefined when no more will come in time. */
  next(): Promise<ClientReport | undefined>;
  /** The round is closed. */
  end(): Promise<void>;
  /** Whether a client still trains, and its update may come in a later round. */
  isUnderWay(clientId: string): boolean;
  /** Ends all work. */
  close(): Promise<void>;
}

/** Work that ends with its round: clients that still train when it closes are stopped. */
export function createRoundWork(pool: ClientPool, signal: AbortSignal): ClientWork {
  let reports: AsyncIterator<ClientReport> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = async () => {
    clearTimeout(timer);
    const leaving = reports;
    reports = undefined;
    await leaving?.return?.();
  };
  return {
    begin({ remainingMs, ...round }) {
      if (round.tasks.length === 0) return;
      const late = new AbortController();
      if (Number.isFinite(remainingMs)) timer = setTimeout(() => late.abort(), remainingMs);
      const both = AbortSignal.any([signal, late.signal]);
      reports = pool.train({ ...round, signal: both })[Symbol.asyncIterator]();
    },
    async next() {
      const next = await reports?.next();
      return next && !next.done ? next.value : undefined;
    },
    end,
    isUnderWay: () => false,
    close: end,
  };
}

/**
 * Work that goes on across rounds, for a strategy that takes late updates: a client has one task at a time, and gets its
 * next one in the first round that picks it when it is idle. An update that comes in a later round than the one it
 * started in, is handed over as a difference from the weights it started from, to a round that has picked its client.
 * The order of the reports, and with it the run, depends on how fast clients are.
 */
export function createOverlappingWork(
  pool: ClientPool,
  { signal, maxStaleness }: { readonly signal: AbortSignal; readonly maxStaleness: number },
): ClientWork {
  const leave = new AbortController();
  const both = AbortSignal.any([signal, leave.signal]);
  /** In which round each client that trains has started. */
  const underWay = new Map<string, number>();
  const startWeights = new Map<number, Float32Array>();
  const calls = new Set<Promise<void>>();
  const waiting: ClientReport[] = [];
  let failure: { readonly cause: unknown } | undefined;
  let current: { readonly round: number; readonly picks: ReadonlySet<string> } = {
    round: 0,
    picks: new Set(),
  };
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake: (() => void) | undefined;
  const notify = () => wake?.();
  both.addEventListener("abort", notify);

  async function read(round: PoolRound): Promise<void> {
    try {
      for await (const report of pool.train(round)) {
        if (report.kind === "failed") underWay.delete(report.clientId);
        if (report.kind === "update") underWay.delete(report.update.clientId);
        waiting.push(report);
        notify();
      }
    } catch (cause) {
      failure ??= { cause };
    } finally {
      // A client that has answered may be at the task of a later round by now.
      for (const { clientId } of round.tasks) {
        if (underWay.get(clientId) === round.round) underWay.delete(clientId);
      }
      notify();
    }
  }

  const isFor = (report: ClientReport): boolean => {
    if (report.kind !== "update") return true;
    const { clientId, round } = report.update;
    return current.picks.has(clientId) || round < current.round - maxStaleness;
  };
  /** Trains, or has an update that no round was open for yet. */
  const isBusy = (clientId: string) =>
    underWay.has(clientId) ||
    waiting.some((report) => report.kind === "update" && report.update.clientId === clientId);

  return {
    begin({ remainingMs, ...round }) {
      isLate = false;
      current = { round: round.round, picks: new Set(round.tasks.map(({ clientId }) => clientId)) };
      if (Number.isFinite(remainingMs)) {
        timer = setTimeout(() => {
          isLate = true;
          notify();
        }, remainingMs);
      }
      const tasks = round.tasks.filter(({ clientId }) => !isBusy(clientId));
      if (tasks.length === 0) return;
      startWeights.set(round.round, round.globalWeights);
      for (const { clientId } of tasks) underWay.set(clientId, round.round);
      // A signal of its own, so that what listens to it goes with the call.
      const own = { tasks, signal: AbortSignal.any([both]), borrowsUpdates: false };
      const call = read({ ...round, ...own }).finally(() => calls.delete(call));
      calls.add(call);
    },

    async next() {
      for (;;) {
        if (failure) throw failure.cause;
        const place = waiting.findIndex(isFor);
        if (place !== -1) return asOfRound(waiting.splice(place, 1)[0] as ClientReport);
        if (isLate || both.aborted || underWay.size === 0) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },

    async end() {
      clearTimeout(timer);
      const needed = new Set(underWay.values());
      for (const report of waiting) if (report.kind === "update") needed.add(report.update.round);
      for (const round of startWeights.keys()) if (!needed.has(round)) startWeights.delete(round);
    },

    isUnderWay: isBusy,

    async close() {
      clearTimeout(timer);
      leave.abort();
      await Promise.all(calls);
    },
  };

  function asOfRound(report: ClientReport): ClientReport {
    if (report.kind !== "update" || report.update.round === current.round) return report;
    const { update } = report;
    const from = startWeights.get(update.round);
    // One that is too old is refused for that, whatever its form.
    return update.form === "delta" || !from ? report : { ...report, update: asDelta(update, from) };
  }
}

function asDelta(update: Update, from: Float32Array): Update {
  const values = update.values.map((value, i) => value - (from[i] as number));
  return { ...update, form: "delta", values };
}
