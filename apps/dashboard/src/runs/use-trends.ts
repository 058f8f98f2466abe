import type { RunRecord } from "@fedloom/protocol";
import { useEffect, useRef, useState } from "react";
import { getRunLines } from "../api/run-lines.js";
import { TREND_METRICS, type Trend, trendOf } from "./trend.js";

const PARTS = 24;

interface Known {
  /** Where the run was when it was asked. */
  step: string;
  trend: Trend | undefined;
}

/** The trends of the runs that are shown; only what has moved is asked again. */
export function useTrends(runs: readonly RunRecord[]): ReadonlyMap<string, Trend | undefined> {
  const known = useRef(new Map<string, Known>());
  const [trends, setTrends] = useState<ReadonlyMap<string, Trend | undefined>>(new Map());
  const wanted = runs.map((run) => `${run.runId} ${stepOf(run)}`).join(",");
  useEffect(() => {
    const steps = new Map(
      wanted === "" ? [] : wanted.split(",").map((run) => run.split(" ") as [string, string]),
    );
    for (const runId of known.current.keys()) if (!steps.has(runId)) known.current.delete(runId);
    const moved = [...steps].filter(([runId, step]) => known.current.get(runId)?.step !== step);
    if (moved.length === 0) return;
    for (const [runId, step] of moved) {
      known.current.set(runId, { step, trend: known.current.get(runId)?.trend });
    }
    const ids = moved.map(([runId]) => runId);
    getRunLines(ids, { names: TREND_METRICS, thin: PARTS }).then(
      (lines) => {
        for (const [runId, step] of moved) {
          const trend = trendOf(lines.get(runId) ?? []);
          // An earlier question may be answered later.
          if (known.current.get(runId)?.step === step) known.current.set(runId, { step, trend });
        }
        setTrends(new Map([...known.current].map(([runId, { trend }]) => [runId, trend])));
      },
      // The list says when the server does not answer; the next change asks again.
      () => {
        for (const runId of ids) known.current.delete(runId);
      },
    );
  }, [wanted]);
  return trends;
}

/** Changes when a run may have new values. */
function stepOf({ step, attempt, state }: RunRecord): string {
  return `${attempt}.${step}.${state}`;
}
