import type { RoundSpread } from "@fedloom/protocol";
import { useCallback, useMemo } from "react";
import { getSpread } from "../../api/spread.js";
import { useAsked } from "../../api/use-asked.js";
import type { RunView } from "../../live/run-view.js";
import { isSpreadMissing, spreadByRound } from "./spread-bands.js";

const NONE: readonly RoundSpread[] = [];

/** How a metric lies among the clients of each round, asked of the server where this page has not heard them. */
export function useSpread(runId: string, { rounds, unit }: RunView, name: string): readonly RoundSpread[] {
  const isMissing = unit === "round" && isSpreadMissing(rounds, name);
  const ask = useCallback(
    async (signal: AbortSignal) => (isMissing ? getSpread(runId, { name }, signal) : NONE),
    [runId, name, isMissing],
  );
  const { value } = useAsked(ask);
  return useMemo(() => spreadByRound(rounds, name, value), [rounds, name, value]);
}
