import type { ClientSummary } from "@fedloom/protocol";
import { memo, useMemo } from "react";
import { formatBytes, formatCount, formatMilliseconds } from "../../ui/format.js";
import { useRows } from "../../ui/use-rows.js";
import { byName } from "../by-name.js";
import { ROW_HEIGHT } from "./client-row.js";
import { clientStatus } from "./client-status.js";
import type { ClientsChoice } from "./clients-choice.js";
import { meanMs, numProblems } from "./lane-order.js";
import { RowsBox } from "./rows-box.js";
import { SortHeader } from "./sort-header.js";
import { type SortColumn, sortRows } from "./sort-rows.js";

const COLUMNS: SortColumn<ClientSummary>[] = [
  { key: "ok", value: ({ numOk }) => numOk },
  { key: "rejected", value: ({ numRejected }) => numRejected },
  { key: "failed", value: ({ numFailed }) => numFailed },
  { key: "late", value: ({ numTimeout }) => numTimeout },
  { key: "mean", value: meanMs },
  { key: "total", value: ({ trainingMs }) => trainingMs },
  { key: "up", value: ({ bytesUp }) => bytesUp },
  { key: "down", value: ({ bytesDown }) => bytesDown },
];

export interface RunTableProps {
  clients: readonly ClientSummary[];
  choice: ClientsChoice;
  onChange: (changes: Partial<ClientsChoice>) => void;
}

/** Every client over the whole run. */
export function RunTable({ clients, choice, onChange }: RunTableProps) {
  const { find, only, sort, isDown } = choice;
  const rows = useMemo(() => {
    const wanted = find.trim().toLocaleLowerCase();
    const seen = [...clients]
      .sort(byName)
      .filter(
        (client) =>
          client.clientId.toLocaleLowerCase().includes(wanted) &&
          (only !== "problems" || numProblems(client) > 0),
      );
    return sortRows(seen, COLUMNS, { sort, isDown });
  }, [clients, find, only, sort, isDown]);
  const shown = useRows(rows.length, ROW_HEIGHT);
  const head = { choice, onChange };
  if (rows.length === 0)
    return <p className="py-6 text-center text-muted text-sm">No client is like that.</p>;
  return (
    <RowsBox
      shown={shown}
      label="Clients over the whole run"
      numRows={rows.length}
      numColumns={9}
      head={
        <tr>
          <SortHeader {...head} sortKey="name" className="pr-3">
            Client
          </SortHeader>
          <SortHeader {...head} sortKey="ok" className="pr-3 text-right">
            Done
          </SortHeader>
          <SortHeader {...head} sortKey="rejected" className="pr-3 text-right">
            Rejected
          </SortHeader>
          <SortHeader {...head} sortKey="failed" className="hidden pr-3 text-right sm:table-cell">
            Failed
          </SortHeader>
          <SortHeader {...head} sortKey="late" className="hidden pr-3 text-right sm:table-cell">
            Too late
          </SortHeader>
          <SortHeader {...head} sortKey="mean" className="text-right sm:pr-3">
            Time a round
          </SortHeader>
          <SortHeader {...head} sortKey="total" className="hidden pr-3 text-right lg:table-cell">
            In all
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
        <RunRow key={client.clientId} client={client} />
      ))}
    </RowsBox>
  );
}

const RunRow = memo(function RunRow({ client }: { client: ClientSummary }) {
  const { clientId, numOk, numRejected, numFailed, numTimeout, trainingMs, bytesUp, bytesDown } = client;
  const last = clientStatus[client.lastStatus];
  return (
    <tr className="border-line border-t" style={{ height: ROW_HEIGHT }}>
      <th scope="row" className="w-1/2 max-w-0 sm:w-1/3 pr-3 text-left font-normal">
        <span className="block truncate" title={clientId}>
          <bdi>{clientId}</bdi>
        </span>
        {client.lastStatus !== "ok" && (
          <span className={`block truncate text-xs ${last.colour}`} title={client.lastError}>
            {last.label} in round {formatCount(client.lastRound)}
            {client.lastError && (
              <>
                : <bdi>{client.lastError}</bdi>
              </>
            )}
          </span>
        )}
      </th>
      <td className="pr-3 text-right">{formatCount(numOk)}</td>
      <Problems count={numRejected} colour="text-odd" />
      <Problems count={numFailed} colour="text-bad" className="hidden sm:table-cell" />
      <Problems count={numTimeout} colour="text-warn" className="hidden sm:table-cell" />
      <td className="text-right whitespace-nowrap sm:pr-3">{formatMilliseconds(meanMs(client))}</td>
      <td className="hidden pr-3 text-right whitespace-nowrap lg:table-cell">
        {formatMilliseconds(trainingMs)}
      </td>
      <td className="hidden pr-3 text-right whitespace-nowrap md:table-cell">{formatBytes(bytesUp)}</td>
      <td className="hidden text-right whitespace-nowrap md:table-cell">{formatBytes(bytesDown)}</td>
    </tr>
  );
});

function Problems({ count, colour, className = "" }: { count: number; colour: string; className?: string }) {
  return (
    <td className={`pr-3 text-right ${count > 0 ? colour : "text-muted"} ${className}`}>
      {formatCount(count)}
    </td>
  );
}
