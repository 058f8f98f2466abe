import { useEffect, useLayoutEffect, useMemo, useState } from "react";
import { ApiError } from "../../api/errors.js";
import { timelineOf } from "../../api/timeline.js";
import type { RunView } from "../../live/run-view.js";
import { CellStore } from "./cell-store.js";
import { TimelineLoader } from "./timeline-loader.js";

export interface Cells {
  store: CellStore;
  /** Rises with everything new in the store. */
  version: number;
  /** Why rounds cannot be read at the moment. */
  error: ApiError | undefined;
  /** Says which rounds are looked at. */
  want: (from: number, to: number) => void;
}

/** Rounds by clients of a run: what is live, and what is stored as far as it is looked at. */
export function useCells(runId: string, { clients, attempts }: Pick<RunView, "clients" | "attempts">): Cells {
  // The tab of another run is another tab.
  const [store] = useState(() => new CellStore());
  const [version, setVersion] = useState(0);
  const [error, setError] = useState<ApiError>();
  const [loader, setLoader] = useState<TimelineLoader>();
  useEffect(() => {
    const created = new TimelineLoader({
      read: (rounds, signal) => timelineOf(runId, rounds, signal),
      isMissing: (round) => store.isMissing(round),
      onPage: (page, from) => {
        store.putStored(page, from);
        setVersion((before) => before + 1);
      },
      onError: (cause) =>
        setError(
          cause === undefined || cause instanceof ApiError
            ? (cause as ApiError | undefined)
            : new ApiError(String(cause), { status: 0, code: "page", cause }),
        ),
    });
    setLoader(created);
    return () => created.close();
  }, [runId, store]);
  useLayoutEffect(() => {
    const newest = [...attempts.values()].at(-1);
    if (newest) store.forgetAfter(newest.resumedFrom);
    setVersion((before) => before + 1);
  }, [store, attempts]);
  // After the effect above, since what is live is of the newest start.
  useLayoutEffect(() => {
    if (store.putLive(clients)) setVersion((before) => before + 1);
  }, [store, clients, attempts]);
  const want = useMemo(() => (from: number, to: number) => loader?.want(from, to), [loader]);
  return { store, version, error, want };
}
