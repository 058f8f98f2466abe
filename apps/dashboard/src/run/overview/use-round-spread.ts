import type { RoundSpread } from "@fedloom/protocol";
import { useCallback, useMemo } from "react";
import { getSpread } from "../../api/spread.js";
import { useAsked } from "../../api/use-asked.js";
import type { RoundView } from "../../live/run-view.js";

/** What clients report in every run; the names of others are known where the page has heard the clients. */
const USUAL = ["train_loss", "train_accuracy"];

/** How metrics lie among the clients of one round, asked of the server where this page has not heard them. */
export function useRoundSpread(
  runId: string,
  shown: RoundView | undefined,
): ReadonlyMap<string, RoundSpread> {
  const { round, spread, numOk = 0 } = shown ?? {};
  const mustAsk = round !== undefined && spread?.size === 0 && numOk > 0;
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = new Map<string, RoundSpread>();
      if (!mustAsk) return found;
      for (const name of USUAL) {
        const [entry] = await getSpread(runId, { name, from: round, to: round }, signal);
        if (entry) found.set(name, entry);
      }
      return found;
    },
    [runId, round, mustAsk],
  );
  const { value } = useAsked(ask);
  return useMemo(() => (spread && spread.size > 0 ? spread : (value ?? new Map())), [spread, value]);
}
