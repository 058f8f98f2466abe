import type { ClientSummary } from "@fedloom/protocol";
import { useCallback, useMemo } from "react";
import { listClients } from "../../api/clients.js";
import { type Polled, usePolling } from "../../api/use-polling.js";

/** How often to ask while the run goes on, and when it is over, in ms. */
const LIVE_MS = 10_000;
const OVER_MS = 3_600_000;
const none: readonly ClientSummary[] = [];

export interface AskedTotals {
  clients: readonly ClientSummary[];
  byId: ReadonlyMap<string, ClientSummary>;
  isAsking: boolean;
  error: Polled<unknown>["error"];
}

/** Every client over the whole run, asked for only while `isWanted`. */
export function useClientTotals(
  runId: string,
  { isWanted, isOver }: { isWanted: boolean; isOver: boolean },
): AskedTotals {
  const ask = useCallback(
    async (signal: AbortSignal) => (isWanted ? await listClients(runId, signal) : none),
    [runId, isWanted],
  );
  const { value = none, error } = usePolling(ask, isOver || !isWanted ? OVER_MS : LIVE_MS);
  const byId = useMemo(() => new Map(value.map((client) => [client.clientId, client])), [value]);
  return { clients: value, byId, isAsking: isWanted && value === none && error === undefined, error };
}
