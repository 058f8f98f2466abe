import { TrainerError } from "../errors.js";

/** One call of a pool, from its start until it has ended or was left. */
export interface PoolCall extends Disposable {
  /** Aborted when the caller's signal is, when the pool is disposed of, or by `leave`. */
  readonly signal: AbortSignal;
  /** The reader has stopped. */
  leave(): void;
  /** Work that disposing of the pool waits for. */
  track(work: Promise<void>): void;
}

/** Lets one call of a pool run at a time, and ends it when the pool is disposed of. */
export interface PoolCalls {
  /** @throws TrainerError `invalid_option` during another call, or after the pool was disposed of. */
  enter(name: string, signal?: AbortSignal): PoolCall;
  close(): Promise<void>;
}

export function createPoolCalls(): PoolCalls {
  const closed = new AbortController();
  let current: string | undefined;
  let work: Promise<void> = Promise.resolve();
  return {
    enter(name, signal) {
      if (closed.signal.aborted || current !== undefined) {
        const got = current === undefined ? "a pool that was disposed of" : `${name} during ${current}`;
        throw new TrainerError("invalid_option", `pool: expected one call at a time, got ${got}`);
      }
      current = name;
      const left = new AbortController();
      const signals = [left.signal, closed.signal, ...(signal ? [signal] : [])];
      return {
        signal: AbortSignal.any(signals),
        leave: () => left.abort(),
        track(started) {
          work = started;
        },
        [Symbol.dispose]() {
          left.abort();
          current = undefined;
        },
      };
    },
    async close() {
      closed.abort();
      await work;
    },
  };
}
