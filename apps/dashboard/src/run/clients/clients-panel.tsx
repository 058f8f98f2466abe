import { useState } from "react";
import type { RunView } from "../live/run-view.js";
import { Button } from "../ui/button.js";
import { Panel } from "../ui/panel.js";
import { byName } from "./by-name.js";
import { ClientRow } from "./client-row.js";

const PAGE = 20;

export interface ClientsPanelProps {
  clients: RunView["clients"];
  rounds: readonly number[];
  shown: number | undefined;
  onChoose: (round: number | undefined) => void;
}

/** The clients of one round, with their local training and result. */
export function ClientsPanel({ clients, rounds, shown, onChoose }: ClientsPanelProps) {
  const [limit, setLimit] = useState(PAGE);
  const ofRound = shown === undefined ? undefined : clients.get(shown);
  const rows = [...(ofRound?.values() ?? [])].sort(byName);
  return (
    <Panel
      title={shown === undefined ? "Clients" : `Clients in round ${shown}`}
      action={<RoundStepper rounds={rounds} shown={shown} onChoose={onChoose} />}
    >
      {rows.length === 0 ? (
        <p className="text-muted text-sm">They appear when the first round begins.</p>
      ) : (
        <div className="-mx-4 overflow-x-auto px-4">
          <table className="w-full text-sm">
            <caption className="sr-only">Clients in round {shown}</caption>
            <thead className="text-left text-muted text-xs">
              <tr>
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  Client
                </th>
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  State
                </th>
                <th scope="col" className="hidden w-1/4 py-1.5 pr-3 font-medium sm:table-cell">
                  Local epochs
                </th>
                <th scope="col" className="py-1.5 pr-3 text-right font-medium">
                  Train loss
                </th>
                <th scope="col" className="hidden py-1.5 pr-3 text-right font-medium sm:table-cell">
                  Images
                </th>
                <th scope="col" className="py-1.5 text-right font-medium sm:pr-3">
                  Time
                </th>
                <th scope="col" className="hidden py-1.5 text-right font-medium md:table-cell">
                  Sent
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, limit).map((client) => (
                <ClientRow key={client.clientId} client={client} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > limit && (
        <Button className="mt-3" onClick={() => setLimit(limit + PAGE)}>
          {limit} of {rows.length} shown: show more
        </Button>
      )}
    </Panel>
  );
}

function RoundStepper({ rounds, shown, onChoose }: Omit<ClientsPanelProps, "clients">) {
  if (shown === undefined || rounds.length < 2) return null;
  const at = rounds.indexOf(shown);
  const isNewest = at === rounds.length - 1;
  return (
    <div className="flex items-center gap-2">
      {!isNewest && (
        <button
          type="button"
          className="px-1 text-accent text-sm hover:underline"
          onClick={() => onChoose(undefined)}
        >
          Newest
        </button>
      )}
      <Button aria-label="Round before" disabled={at <= 0} onClick={() => onChoose(rounds[at - 1])}>
        ‹
      </Button>
      <Button aria-label="Round after" disabled={isNewest} onClick={() => onChoose(rounds[at + 1])}>
        ›
      </Button>
    </div>
  );
}
