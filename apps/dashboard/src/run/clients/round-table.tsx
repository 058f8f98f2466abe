import { useMemo } from "react";
import type { ClientRound, ClientsOfRound } from "../../live/run-view.js";
import { useRows } from "../../ui/use-rows.js";
import { byName } from "../by-name.js";
import { ClientRow, ROW_HEIGHT } from "./client-row.js";
import type { ClientsChoice } from "./clients-choice.js";
import { RowsBox } from "./rows-box.js";
import { SortHeader } from "./sort-header.js";
import { type SortColumn, sortRows } from "./sort-rows.js";

const COLUMNS: SortColumn<ClientRound>[] = [
  { key: "loss", value: ({ trainLoss }) => trainLoss },
  { key: "samples", value: ({ numSamples }) => numSamples },
  { key: "time", value: ({ durationMs }) => durationMs },
  { key: "up", value: ({ bytesUp }) => bytesUp },
  { key: "down", value: ({ bytesDown }) => bytesDown },
];

export interface RoundTableProps {
  round: number;
  clients: ClientsOfRound;
  outliers: ReadonlyMap<string, readonly string[]>;
  choice: ClientsChoice;
  onChange: (changes: Partial<ClientsChoice>) => void;
}

/** The clients of one round, with their local training and result. */
export function RoundTable({ round, clients, outliers, choice, onChange }: RoundTableProps) {
  const { find, only, sort, isDown } = choice;
  // Names are compared only when there are others: a live round changes with nearly every frame.
  const { size } = clients;
  const names = useMemo(
    () => [...clients.values()].sort(byName).map(({ clientId }) => clientId),
    [round, size],
  );
  const rows = useMemo(() => {
    const wanted = find.trim().toLocaleLowerCase();
    const seen = names.flatMap((clientId) => {
      const client = clients.get(clientId);
      const isSeen =
        client &&
        clientId.toLocaleLowerCase().includes(wanted) &&
        (only !== "outliers" || outliers.has(clientId)) &&
        (only !== "problems" || isProblem(client));
      return isSeen ? [client] : [];
    });
    return sortRows(seen, COLUMNS, { sort, isDown });
  }, [names, clients, outliers, find, only, sort, isDown]);
  const shown = useRows(rows.length, ROW_HEIGHT);
  const head = { choice, onChange };
  if (rows.length === 0)
    return <p className="py-6 text-center text-muted text-sm">No client of this round is like that.</p>;
  return (
    <RowsBox
      shown={shown}
      label={`Clients in round ${round}`}
      numRows={rows.length}
      numColumns={8}
      head={
        <tr>
          <SortHeader {...head} sortKey="name" className="pr-3">
            Client
          </SortHeader>
          <th scope="col" className="sticky top-0 z-10 bg-surface py-1.5 pr-3 font-medium">
            State
          </th>
          <th
            scope="col"
            className="sticky top-0 z-10 hidden bg-surface py-1.5 pr-3 font-medium sm:table-cell"
          >
            Local epochs
          </th>
          <SortHeader {...head} sortKey="loss" className="pr-3 text-right">
            Train loss
          </SortHeader>
          <SortHeader {...head} sortKey="samples" className="hidden pr-3 text-right sm:table-cell">
            Samples
          </SortHeader>
          <SortHeader {...head} sortKey="time" className="text-right sm:pr-3">
            Time
          </SortHeader>
          <SortHeader {...head} sortKey="up" className="hidden pr-3 text-right md:table-cell">
            Sent
          </SortHeader>
          <SortHeader {...head} sortKey="down" className="hidden text-right md:table-cell">
            Received
          </SortHeader>
        </tr>
      }
    >
      {rows.slice(shown.first, shown.end).map((client) => (
        <ClientRow
          key={client.clientId}
          client={client}
          outlier={outliers.get(client.clientId)?.join(", ")}
        />
      ))}
    </RowsBox>
  );
}

export function isProblem({ status }: ClientRound): boolean {
  return status === "failed" || status === "rejected" || status === "timeout" || status === "unfinished";
}
