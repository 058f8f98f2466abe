import type { RunRecord } from "@fedloom/protocol";
import { useCallback, useMemo, useRef, useState } from "react";
import type { ApiError } from "../api/errors.js";
import { getRun, listRuns, type RunList } from "../api/runs.js";
import { usePolling } from "../api/use-polling.js";
import { oneAtATime } from "../live/one-at-a-time.js";
import { useChangedRuns } from "../live/use-changed-runs.js";
import type { Following } from "../live/use-events.js";
import { queryOf, type RunsChoice } from "./runs-query.js";

/** Asked again so often while events tell of changes, and while they do not. */
const PERIOD_MS = { live: 20_000, otherwise: 5_000 };
/** Runs that are asked for one by one; with more of them the list is asked again. */
const MAX_SINGLE = 6;

export interface LiveRunList {
  list: RunList | undefined;
  error: ApiError | undefined;
  /** Whether the list is still that of an earlier choice. */
  isOld: boolean;
  following: Following;
  periodMs: number;
  /** Asks for the list at once. */
  again: () => void;
}

interface Answer extends RunList {
  /** Of the question. */
  key: string;
}

/** A page of the list of runs, kept up to date by events, and by asking again now and then. */
export function useRunList(choice: RunsChoice): LiveRunList {
  const key = JSON.stringify(queryOf(choice));
  const [turn, setTurn] = useState(0);
  const [newer, setNewer] = useState<ReadonlyMap<string, RunRecord>>(new Map());
  const answered = useRef(-1);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  // Another turn asks the same again.
  const ask = useCallback(
    async (signal: AbortSignal): Promise<Answer> => {
      const list = await listRuns(JSON.parse(key), signal);
      setNewer(new Map());
      answered.current = turn;
      return { ...list, key };
    },
    [key, turn],
  );
  const [askSome] = useState(() =>
    oneAtATime(async (runIds) => {
      const runs = await Promise.all(runIds.map((runId) => getRun(runId)));
      setNewer((before) => new Map([...before, ...runs.map((run) => [run.runId, run] as const)]));
    }),
  );
  const [isLive, setIsLive] = useState(false);
  const periodMs = isLive ? PERIOD_MS.live : PERIOD_MS.otherwise;
  const { value, error } = usePolling(ask, periodMs);
  const following = useChangedRuns(({ runIds, isListChanged }) => {
    const shown = value?.runs.filter(({ runId }) => runIds.has(runId)) ?? [];
    if (!isListChanged && shown.length <= MAX_SINGLE) return askSome(shown.map(({ runId }) => runId));
    // An answer that is slow in coming must not be asked for anew for ever.
    if (answered.current === turn) again();
    else askSome(shown.slice(0, MAX_SINGLE).map(({ runId }) => runId));
  });
  if (isLive !== (following === "live")) setIsLive(following === "live");

  const list = useMemo(
    () => value && { total: value.total, runs: value.runs.map((run) => newer.get(run.runId) ?? run) },
    [value, newer],
  );
  return { list, error, isOld: value !== undefined && value.key !== key, following, periodMs, again };
}
