import { useEffect, useState } from "react";
import { listClientsOfRound } from "../../api/clients.js";
import { ApiError } from "../../api/errors.js";
import type { ClientsOfRound, RunView } from "../../live/run-view.js";
import { viewOfStored } from "./view-of-stored.js";

/** Most rounds that are remembered. */
const MAX_KEPT = 20;
const kept = new Map<string, ClientsOfRound>();

export interface AskedClients {
  clients?: ClientsOfRound;
  error?: ApiError;
}

/** The clients of a round: as they are live, or asked for where the round is older. */
export function useClientsOfRound(
  runId: string,
  round: number | undefined,
  live: RunView["clients"],
): AskedClients {
  const isLive = round !== undefined && live.has(round);
  const key = `${runId} ${round}`;
  const [asked, setAsked] = useState<AskedClients & { key?: string }>({});
  useEffect(() => {
    if (round === undefined || isLive || kept.has(key)) return;
    const stop = new AbortController();
    const ask = async () => {
      try {
        const clients = await listClientsOfRound(runId, round, stop.signal);
        keep(key, new Map(clients.map((client) => [client.clientId, viewOfStored(client)])));
        setAsked({ key });
      } catch (cause) {
        if (stop.signal.aborted) return;
        const error =
          cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "page", cause });
        setAsked({ key, error });
      }
    };
    void ask();
    return () => stop.abort();
  }, [runId, round, isLive, key]);
  const clients = isLive ? live.get(round) : kept.get(key);
  if (clients) return { clients };
  return asked.key === key && asked.error ? { error: asked.error } : {};
}

function keep(key: string, clients: ClientsOfRound): void {
  kept.set(key, clients);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
}
