import { useEffect, useState } from "react";
import { ApiError } from "./errors.js";

export interface Polled<Value> {
  value?: Value;
  /** Why the last attempt failed; an earlier value stays. */
  error?: ApiError;
}

/** Asks again every `periodMs` while the tab can be seen; `ask` must be stable. */
export function usePolling<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  periodMs: number,
): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>({});
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    const next = async () => {
      clearTimeout(timer);
      if (isAsking || document.hidden) return;
      isAsking = true;
      try {
        const value = await ask(stop.signal);
        setPolled({ value });
      } catch (cause) {
        if (stop.signal.aborted) return;
        const error =
          cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "page", cause });
        setPolled((before) => ({ ...before, error }));
      } finally {
        isAsking = false;
      }
      timer = setTimeout(next, periodMs);
    };
    document.addEventListener("visibilitychange", next);
    void next();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", next);
    };
  }, [ask, periodMs]);
  return polled;
}
