import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../api/errors.js";
import { getRunLines } from "../api/run-lines.js";
import { oneAtATime } from "../live/one-at-a-time.js";
import { useChangedRuns } from "../live/use-changed-runs.js";
import type { Following } from "../live/use-events.js";
import { isGoingOn } from "../runs/run-facts.js";
import type { Phase } from "./compare-query.js";
import { namesIn } from "./compared-metrics.js";
import type { ComparedRun } from "./compared-run.js";
import { readRun } from "./read-run.js";

/** Parts of each line: up to so many rounds, every value is there. */
const PARTS = 300;
/** Asked again so often while events tell of changes, and while they do not. */
const PERIOD_MS = { live: 30_000, otherwise: 5_000 };

export interface ComparedRuns {
  /** In the order of `runIds`; those that are still being read are left out. */
  runs: readonly ComparedRun[];
  isReading: boolean;
  following: Following;
  periodMs: number;
}

/** Runs beside each other, kept up to date while they go on. */
export function useComparedRuns(runIds: readonly string[], phase: Phase): ComparedRuns {
  const key = runIds.join(",");
  const [known, setKnown] = useState<ReadonlyMap<string, ComparedRun>>(new Map());
  const newest = useRef(known);
  const stop = useRef(new AbortController());
  const read = useCallback(
    async (ids: readonly string[]) => {
      if (ids.length === 0) return;
      const { signal } = stop.current;
      const [lines, abouts] = await Promise.all([
        getRunLines(ids, { names: namesIn(phase), phase, thin: PARTS }, signal).catch(refusal),
        Promise.all(ids.map((runId) => readRun(runId, newest.current.get(runId), signal))),
      ]);
      if (signal.aborted) return;
      const next = new Map(newest.current);
      ids.forEach((runId, i) => {
        const about = abouts[i];
        if (!about) return;
        const isRefused = lines instanceof ApiError;
        const told = (isRefused ? next.get(runId)?.lines : lines.get(runId)) ?? [];
        const error = about.error ?? (isRefused ? lines : undefined);
        next.set(runId, { ...about, error, runId, phase, lines: told });
      });
      newest.current = next;
      setKnown(next);
    },
    [phase],
  );
  useEffect(() => {
    stop.current = new AbortController();
    const ids = key === "" ? [] : key.split(",");
    newest.current = new Map([...newest.current].filter(([runId]) => ids.includes(runId)));
    const wanted = ids.filter((runId) => newest.current.get(runId)?.phase !== phase);
    // Whatever was aborted belongs to a choice that is no more.
    read(wanted).catch(() => undefined);
    return () => stop.current.abort();
  }, [key, phase, read]);

  const readAgain = useMemo(() => oneAtATime(read), [read]);
  const following = useChangedRuns((changed) => {
    readAgain(runIds.filter((runId) => changed.runIds.has(runId)));
  });
  const periodMs = following === "live" ? PERIOD_MS.live : PERIOD_MS.otherwise;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      readAgain([...newest.current.values()].filter(mayChange).map(({ runId }) => runId));
    }, periodMs);
    return () => clearInterval(timer);
  }, [periodMs, readAgain]);

  const runs = useMemo(() => runIds.flatMap((runId) => known.get(runId) ?? []), [known, key]);
  return { runs, isReading: runs.length < runIds.length, following, periodMs };
}

function refusal(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  throw cause;
}

function mayChange({ record, error }: ComparedRun): boolean {
  return error !== undefined || !record || isGoingOn(record.state) || record.state === "queued";
}
