import { useEffect, useId, useMemo, useState } from "react";
import type { RunView } from "../../live/run-view.js";
import { formatCount, formatCountOf } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { CellWords } from "./cell-words.js";
import type { ClientsChoice } from "./clients-choice.js";
import { orderLanes } from "./lane-order.js";
import { type PointedCell, TimelineCanvas } from "./timeline-canvas.js";
import { TimelineKey } from "./timeline-key.js";
import { marksOf } from "./timeline-marks.js";
import { TimelineTools } from "./timeline-tools.js";
import { useCells } from "./use-cells.js";
import type { AskedTotals } from "./use-client-totals.js";
import { usePointedClient } from "./use-pointed-client.js";

export interface TimelinePanelProps {
  runId: string;
  view: RunView;
  /** Last round that has begun, and all that are planned. */
  newest: number;
  numRounds: number;
  shown: number;
  totals: AskedTotals;
  choice: ClientsChoice;
  onChange: (changes: Partial<ClientsChoice>) => void;
  onChooseRound: (round: number) => void;
}

/** One lane per client, one cell per round. */
export function TimelinePanel(props: TimelinePanelProps) {
  const { runId, view, newest, numRounds, shown, totals, choice, onChange, onChooseRound } = props;
  const { store, version, error, want } = useCells(runId, view);
  const [pointed, setPointed] = useState<PointedCell>();
  const wordsId = useId();
  const numClients = store.clientIds.length;
  const { order: by, find } = choice;
  const order = useMemo(
    () => orderLanes(store.clientIds, { order: by, search: find, totals: totals.byId }),
    [store, numClients, by, find, totals.byId],
  );
  const { errors, earlyStopping, attempts } = view;
  const marks = useMemo(
    () => marksOf({ errors, earlyStopping, attempts }),
    [errors, earlyStopping, attempts],
  );
  const lane = pointed && order[pointed.place];
  const clientId = lane === undefined ? undefined : store.clientIds[lane];
  const cell = pointed && clientId !== undefined ? { round: pointed.round, clientId } : undefined;
  const client = usePointedClient(runId, cell, view.clients);
  useEffect(() => {
    if (numClients === 0) want(newest, newest);
  }, [numClients, want, newest]);
  const column = pointed && store.column(pointed.round);
  return (
    <Panel title="Rounds and clients" action={<TimelineKey longestMs={store.longestMs} marks={marks} />}>
      <TimelineTools choice={choice} onChange={onChange} />
      {order.length === 0 ? (
        <p className="py-6 text-center text-muted text-sm">
          {numClients === 0 ? "Reading what the clients did…" : "No client's name has this in it."}
        </p>
      ) : (
        <TimelineCanvas
          store={store}
          version={version}
          order={order}
          numRounds={numRounds}
          newest={newest}
          zoom={choice.zoom}
          marks={marks}
          chosen={shown}
          pointed={pointed}
          describedBy={wordsId}
          onSeen={want}
          onPoint={setPointed}
          onChoose={onChooseRound}
        />
      )}
      <p id={wordsId} role="status" className="mt-2 min-h-11 text-sm [overflow-wrap:anywhere] sm:min-h-6">
        {error ? (
          <span className="text-warn">Older rounds could not be read, trying again: {error.message}.</span>
        ) : pointed && clientId !== undefined && lane !== undefined ? (
          <CellWords
            round={pointed.round}
            clientId={clientId}
            state={column?.states[lane] ?? (column ? 1 : 0)}
            value={column?.values[lane] ?? 0}
            client={client}
            marks={marks.filter(({ round }) => round === pointed.round)}
          />
        ) : (
          <span className="text-muted">
            {find === ""
              ? formatCountOf(numClients, "client")
              : `${formatCount(order.length)} of ${formatCountOf(numClients, "client")}`}
            {", "}
            {formatCountOf(newest, "round")}. Point at a cell, or walk with the arrow keys, to read it; choose
            it to see its round below.
          </span>
        )}
      </p>
    </Panel>
  );
}
