import { type MouseEvent, useMemo, useState } from "react";
import type { ClientRound, RunView } from "../live/run-view.js";
import { formatCount, formatCountOf, formatMetric, formatMilliseconds } from "../ui/format.js";
import { Panel } from "../ui/panel.js";
import { clientStatus } from "./client-status.js";
import { TimelineColumn } from "./timeline-column.js";
import { TimelineKey } from "./timeline-key.js";
import { timelineWindow } from "./timeline-window.js";

export interface RoundTimelineProps {
  clients: RunView["clients"];
  lastRound: number;
  shown: number | undefined;
  onChoose: (round: number) => void;
}

/** One lane per client, one cell per round, shaded by training time. */
export function RoundTimeline({ clients, lastRound, shown, onChoose }: RoundTimelineProps) {
  const [pointed, setPointed] = useState<{ round: number; clientId: string }>();
  const { rounds, coming, clientIds, numClients, longestMs } = useMemo(
    () => timelineWindow(clients, lastRound),
    [clients, lastRound],
  );
  const order = useStable(clientIds);
  const cell = pointed && clients.get(pointed.round)?.get(pointed.clientId);
  const first = rounds[0] ?? 1;

  const point = (event: MouseEvent) => {
    const { round, client } = (event.target as HTMLElement).dataset;
    const clientId = client === undefined ? undefined : order[Number(client)];
    setPointed(round && clientId !== undefined ? { round: Number(round), clientId } : undefined);
  };
  const choose = (event: MouseEvent) => {
    const { round } = (event.target as HTMLElement).dataset;
    if (round) onChoose(Number(round));
  };

  return (
    <Panel title="Rounds and clients" action={<TimelineKey longestMs={longestMs} />}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the buttons of the clients' panel do the same */}
      <section
        aria-label="Clients by round"
        className="relative flex max-h-112 gap-px overflow-auto text-xs"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onMouseOver={point}
        onFocus={() => setPointed(undefined)}
        onMouseLeave={() => setPointed(undefined)}
        onClick={choose}
      >
        <ul
          className="sticky left-0 z-10 mr-2 max-w-28 shrink-0 bg-surface pr-1 sm:max-w-48"
          aria-hidden="true"
        >
          {order.map((clientId) => (
            <li key={clientId} className="h-5 truncate leading-5" title={clientId}>
              <bdi>{clientId}</bdi>
            </li>
          ))}
          <li className="sticky bottom-0 h-5 bg-surface" />
        </ul>
        {[...rounds, ...coming].map((round) => (
          <TimelineColumn
            key={round}
            round={round}
            isShown={round === shown}
            clients={clients.get(round)}
            order={order}
            longestMs={longestMs}
          />
        ))}
      </section>
      <p className="mt-2 min-h-5 text-muted text-sm [overflow-wrap:anywhere]">
        {cell && pointed ? (
          <CellText round={pointed.round} cell={cell} />
        ) : (
          `Point at a cell to read it; choose it to see its round below.${first > 1 ? ` From round ${first} on.` : ""}${
            numClients > order.length ? ` ${order.length} of ${formatCount(numClients)} clients.` : ""
          }`
        )}
      </p>
    </Panel>
  );
}

function CellText({ round, cell }: { round: number; cell: ClientRound }) {
  const facts = [
    clientStatus[cell.status].label,
    cell.durationMs !== undefined && formatMilliseconds(cell.durationMs),
    cell.numSamples !== undefined && formatCountOf(cell.numSamples, "image"),
    cell.trainLoss !== undefined && `loss ${formatMetric(cell.trainLoss)}`,
    cell.error,
  ].filter(Boolean);
  return (
    <>
      Round {round} · <bdi className="text-ink">{cell.clientId}</bdi> · {facts.join(" · ")}
    </>
  );
}

/** The same array as before as long as its entries are the same, so that columns are not drawn again. */
function useStable(values: readonly string[]): readonly string[] {
  const key = JSON.stringify(values);
  return useMemo(() => JSON.parse(key) as string[], [key]);
}
