import { useCallback, useEffect, useRef, useState } from "react";
import { currentToken } from "../access/session.js";
import { findNewestPosition, getEvents, openEventStream } from "../api/events.js";
import { getMetricsAt, getSeriesNames } from "../api/metrics-at.js";
import { getClientsOfRound, roundsAfter } from "../api/rounds.js";
import { getFinalMetrics, getRun } from "../api/runs.js";
import { readStored } from "./read-stored.js";
import { relayUrl } from "./relay-url.js";
import { emptySnapshot, type RunApi, RunSession, type RunSnapshot } from "./run-session.js";
import { runTitle } from "./run-title.js";
import { createDrawSchedule, whenSeen } from "./schedule-draw.js";

const storedApi = { getEvents, roundsAfter, getClientsOfRound, getSeriesNames, getMetricsAt };
const api: RunApi = {
  getRun,
  getFinalMetrics,
  getEvents,
  findNewestPosition,
  openEventStream,
  readStored: (record, after, signal) =>
    readStored({ api: storedApi, record, after, ...(signal && { signal }) }),
};

export interface RunSessionInUse {
  snapshot: RunSnapshot;
  /** Asks for the run's record now, because something in it was changed here. */
  refresh: () => void;
}

/** Watches a run as long as the component is shown; one new snapshot per frame at most, none in a hidden tab. */
export function useRunSession(runId: string): RunSessionInUse {
  const [snapshot, setSnapshot] = useState<RunSnapshot>(emptySnapshot);
  const inUse = useRef<RunSession>(undefined);
  const refresh = useCallback(() => void inUse.current?.refresh(), []);
  useEffect(() => {
    let newest = emptySnapshot;
    const draw = () => {
      document.title = runTitle(newest) ?? document.title;
      if (!document.hidden) setSnapshot(newest);
    };
    const session = new RunSession({
      runId,
      api,
      relayUrl: relayUrl(),
      token: currentToken(),
      schedule: createDrawSchedule(),
      whenSeen,
      onChange: (next) => {
        newest = next;
        draw();
      },
    });
    inUse.current = session;
    document.addEventListener("visibilitychange", draw);
    return () => {
      document.removeEventListener("visibilitychange", draw);
      session.close();
    };
  }, [runId]);
  return { snapshot, refresh };
}
