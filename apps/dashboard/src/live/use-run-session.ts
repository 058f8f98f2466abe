import { useEffect, useState } from "react";
import { currentToken } from "../access/session.js";
import { getFinalMetrics, getRun, storedEvents } from "../api/runs.js";
import { emptySnapshot, RunSession, type RunSnapshot } from "./run-session.js";

const api = { getRun, getFinalMetrics, storedEvents };

/** Watches a run as long as the component is shown; one new snapshot per frame at most. */
export function useRunSession(runId: string): RunSnapshot {
  const [snapshot, setSnapshot] = useState<RunSnapshot>(emptySnapshot);
  useEffect(() => {
    const session = new RunSession({
      runId,
      api,
      relayUrl: relayUrl(),
      token: currentToken(),
      schedule: (draw) => requestAnimationFrame(draw),
      onChange: setSnapshot,
    });
    return () => session.close();
  }, [runId]);
  return snapshot;
}

function relayUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/relay`;
}
