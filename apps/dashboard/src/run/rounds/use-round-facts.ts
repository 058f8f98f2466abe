import { useCallback, useMemo } from "react";
import type { ApiError } from "../../api/errors.js";
import { getMetricsAt } from "../../api/metrics-at.js";
import { useAsked } from "../../api/use-asked.js";
import type { Metrics, RoundView } from "../../live/run-view.js";
import { missingFacts, withFacts } from "./round-facts.js";

const NOTHING: ReadonlyMap<number, Metrics> = new Map();

/** The rounds with all that is known of what acted on them, asked of the server where this page has not heard it. */
export function useRoundFacts(
  runId: string,
  rounds: readonly RoundView[],
): { rounds: readonly RoundView[]; isAsking: boolean; error: ApiError | undefined } {
  const missing = JSON.stringify(missingFacts(rounds) ?? null);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const which = JSON.parse(missing) as ReturnType<typeof missingFacts> | null;
      return which ? getMetricsAt(runId, { phase: "train", ...which }, signal) : NOTHING;
    },
    [runId, missing],
  );
  const { value, isAsking, error } = useAsked(ask);
  const filled = useMemo(() => withFacts(rounds, value), [rounds, value]);
  return { rounds: filled, isAsking: isAsking && missing !== "null", error };
}
