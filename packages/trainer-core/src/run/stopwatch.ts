/** Adds up what a run spends its time on. */
export interface Stopwatch {
  now(): number;
  /** Adds the time of `body` to a purpose. */
  time<Result>(purpose: string, body: () => Promise<Result>): Promise<Result>;
  add(purpose: string, ms: number): void;
  /** Milliseconds by purpose, as `time/<purpose>_ms`; begins again at 0. */
  take(): Record<string, number>;
}

/** @param now Milliseconds of a clock that never goes back. */
export function createStopwatch(now: () => number): Stopwatch {
  let spent = new Map<string, number>();
  const add = (purpose: string, ms: number) => {
    spent.set(purpose, (spent.get(purpose) ?? 0) + ms);
  };
  return {
    now,
    async time(purpose, body) {
      const startedAt = now();
      try {
        return await body();
      } finally {
        add(purpose, now() - startedAt);
      }
    },
    add,
    take() {
      const taken = Object.fromEntries([...spent].map(([purpose, ms]) => [`time/${purpose}_ms`, ms]));
      spent = new Map();
      return taken;
    },
  };
}
