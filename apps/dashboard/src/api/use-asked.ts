import { useCallback, useEffect, useState } from "react";
import { ApiError } from "./errors.js";

export interface Asked<Value> {
  /** The last answer, also while the next one is on its way. */
  value?: Value;
  /** Why the last question failed. */
  error?: ApiError;
  isAsking: boolean;
  again: () => void;
}

/** Asks once, and again when `ask` is another or when told to; `ask` must be stable. */
export function useAsked<Value>(ask: (signal: AbortSignal) => Promise<Value>): Asked<Value> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Omit<Asked<Value>, "again">>({ isAsking: true });
  useEffect(() => {
    const stop = new AbortController();
    setState(({ value }) => ({ ...(value !== undefined && { value }), isAsking: true }));
    ask(stop.signal).then(
      (value) => stop.signal.aborted || setState({ value, isAsking: false }),
      (cause) => {
        if (stop.signal.aborted) return;
        const error =
          cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "page", cause });
        setState(({ value }) => ({ ...(value !== undefined && { value }), error, isAsking: false }));
      },
    );
    return () => stop.abort();
  }, [ask, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, again };
}
