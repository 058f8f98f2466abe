import { useCallback, useEffect, useRef } from "react";
import { LIST_EVENTS, NOTHING_CHANGED, type RunsChanged, withEvent } from "./changed-runs.js";
import { type Following, useEvents } from "./use-events.js";

/** So that what an event tells is stored by the time that the server is asked. */
const WAIT_MS = 1_000;

/** Tells at most once a second which runs have changed, while the tab can be seen. */
export function useChangedRuns(onChanged: (changed: RunsChanged) => void): Following {
  const changed = useRef(NOTHING_CHANGED);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef(onChanged);
  useEffect(() => {
    newest.current = onChanged;
  });
  const plan = useCallback(() => {
    if (timer.current !== undefined || document.hidden || changed.current === NOTHING_CHANGED) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const told = changed.current;
      changed.current = NOTHING_CHANGED;
      newest.current(told);
    }, WAIT_MS);
  }, []);
  useEffect(() => {
    document.addEventListener("visibilitychange", plan);
    return () => {
      document.removeEventListener("visibilitychange", plan);
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [plan]);
  return useEvents(LIST_EVENTS, (event) => {
    changed.current = withEvent(changed.current, event);
    plan();
  });
}
