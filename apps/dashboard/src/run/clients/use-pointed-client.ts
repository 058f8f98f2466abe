import { useEffect, useState } from "react";
import { getClientRound } from "../../api/clients.js";
import type { ClientRound, RunView } from "../../live/run-view.js";
import { viewOfStored } from "./view-of-stored.js";

/** How long a cell is looked at before it is asked about, in ms. */
const LOOK_MS = 150;

/** All that is known of one cell: at once where it is live, else a moment after it was pointed at. */
export function usePointedClient(
  runId: string,
  cell: { round: number; clientId: string } | undefined,
  live: RunView["clients"],
): ClientRound | undefined {
  const { round = 0, clientId = "" } = cell ?? {};
  const known = live.get(round)?.get(clientId);
  const isKnown = known !== undefined || round === 0;
  const [found, setFound] = useState<{ round: number; client: ClientRound }>();
  useEffect(() => {
    if (isKnown) return;
    const stop = new AbortController();
    const ask = async () => {
      try {
        const client = await getClientRound(runId, { clientId, round }, stop.signal);
        if (client && !stop.signal.aborted) setFound({ round, client: viewOfStored(client) });
      } catch {
        // The timeline's own words stay; whether the server answers is said elsewhere.
      }
    };
    const timer = setTimeout(ask, LOOK_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [runId, round, clientId, isKnown]);
  if (known) return known;
  return found?.round === round && found.client.clientId === clientId ? found.client : undefined;
}
