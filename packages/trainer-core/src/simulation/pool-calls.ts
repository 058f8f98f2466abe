import { TrainerError } from "../errors.js";
import type { ClientReport } from "../federated/client-pool.js";

export interface PoolCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Clients that get a task. */
  readonly clientIds?: readonly string[];
  /** No other call may go on meanwhile. Default false. */
  readonly isAlone?: boolean | undefined;
}

/** One call of a pool, from its start until it has ended or was left. */
export interface PoolCall extends Disposable {
  /** Aborted when the caller's signal is, when the pool is disposed of, or by `leave`. */
  readonly signal: AbortSignal;
  /** The reader has stopped. */
  leave(): void;
  /** A client that is through with its task may get the next. */
  hear(report: ClientReport): void;
  /** Work that disposing of the pool waits for. */
  track(work: Promise<void>): void;
}

/** The calls of a pool that go on now; they end when the pool is disposed of. */
export interface PoolCalls {
  /**
   * @throws TrainerError `invalid_option` for a client that is at a task, a call that must be alone and is not, or one
   * after the pool was disposed of.
   */
  enter(name: string, options?: PoolCallOptions): PoolCall;
  close(): Promise<void>;
}

export function createPoolCalls(): PoolCalls {
  const closed = new AbortController();
  const open = new Map<PoolCall, { readonly name: string; readonly isAlone: boolean }>();
  const busy = new Set<string>();
  const works = new Set<Promise<void>>();

  function requirePlace(name: string, isAlone: boolean): void {
    if (closed.signal.aborted) throw invalid("pool: expected an open one, got one that was disposed of");
    for (const other of open.values()) {
      if (!isAlone && !other.isAlone) continue;
      throw invalid(
        `pool: expected one call at a time where updates are borrowed, got ${name} during ${other.name}`,
      );
    }
  }

  /** Gives the clients that the call has taken. */
  function takeClients(clientIds: readonly string[]): Set<string> {
    const taken = new Set<string>();
    for (const clientId of clientIds) {
      if (busy.has(clientId) || taken.has(clientId)) {
        throw invalid(`tasks: expected one for each client at a time, got a second for "${clientId}"`);
      }
      taken.add(clientId);
    }
    for (const clientId of taken) busy.add(clientId);
    return taken;
  }

  return {
    enter(name, { signal, clientIds = [], isAlone = false } = {}) {
      requirePlace(name, isAlone);
      const clients = takeClients(clientIds);
      const free = (clientId: string) => {
        if (clients.delete(clientId)) busy.delete(clientId);
      };
      const left = new AbortController();
      const call: PoolCall = {
        signal: AbortSignal.any([left.signal, closed.signal, ...(signal ? [signal] : [])]),
        leave: () => left.abort(),
        hear(report) {
          if (report.kind === "update") free(report.update.clientId);
          if (report.kind === "failed") free(report.clientId);
        },
        track(work) {
          const tracked = work.finally(() => works.delete(tracked));
          works.add(tracked);
        },
        [Symbol.dispose]() {
          left.abort();
          open.delete(call);
          for (const clientId of clients) free(clientId);
        },
      };
      open.set(call, { name, isAlone });
      return call;
    },
    async close() {
      closed.abort();
      await Promise.all(works);
    },
  };
}

function invalid(message: string): TrainerError {
  return new TrainerError("invalid_option", message);
}
