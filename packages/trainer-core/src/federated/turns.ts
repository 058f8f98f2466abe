/** Lets one thing happen at a time, in the order in which they were asked for. */
export interface Turns {
  /** @throws the signal's reason if it is aborted before the turn has come. */
  take<Result>(signal: AbortSignal, body: () => Promise<Result>): Promise<Result>;
}

export function createTurns(): Turns {
  let last = Promise.resolve();
  return {
    async take(signal, body) {
      const before = last;
      let pass = () => {};
      last = new Promise((resolve) => {
        pass = resolve;
      });
      try {
        await endOf(before, signal);
        return await body();
      } finally {
        // Whoever leaves early does not let the next one in before its time.
        void before.then(pass);
      }
    },
  };
}

/** Settles with the promise, or with the signal if that is earlier. */
function endOf(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    void promise.then(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    });
  });
}
