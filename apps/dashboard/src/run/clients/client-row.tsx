import { memo } from "react";
import type { ClientRound } from "../../live/run-view.js";
import { formatBytes, formatCount, formatMetric, formatMilliseconds } from "../../ui/format.js";
import { clientStatus } from "./client-status.js";

/** Height of a row, whatever is in it, in px. */
export const ROW_HEIGHT = 44;

/** One client in one round; `outlier` names what it is far out in. */
export const ClientRow = memo(function ClientRow(props: {
  client: ClientRound;
  outlier: string | undefined;
}) {
  const { client, outlier } = props;
  const { label, colour, sign } = clientStatus[client.status];
  return (
    <tr className="border-line border-t" style={{ height: ROW_HEIGHT }}>
      <th scope="row" className="w-1/2 max-w-0 sm:w-1/3 pr-3 text-left font-normal">
        <span className="flex items-center gap-2">
          <span className="truncate" title={client.clientId}>
            <bdi>{client.clientId}</bdi>
          </span>
          {outlier && <OutlierTag what={outlier} />}
        </span>
        {client.error && (
          <span className="block truncate text-bad text-xs" title={client.error}>
            <bdi>{client.error}</bdi>
          </span>
        )}
      </th>
      <td className={`pr-3 whitespace-nowrap ${colour}`}>
        {sign && <span aria-hidden="true">{sign} </span>}
        {label}
      </td>
      <td className="hidden pr-3 sm:table-cell">
        <EpochBar client={client} />
      </td>
      <td className="pr-3 text-right">{formatMetric(client.trainLoss)}</td>
      <td className="hidden pr-3 text-right sm:table-cell">{formatCount(client.numSamples)}</td>
      <td className="text-right whitespace-nowrap sm:pr-3">{formatMilliseconds(client.durationMs)}</td>
      <td className="hidden pr-3 text-right whitespace-nowrap md:table-cell">
        {formatBytes(client.bytesUp)}
      </td>
      <td className="hidden text-right whitespace-nowrap md:table-cell">{formatBytes(client.bytesDown)}</td>
    </tr>
  );
});

function OutlierTag({ what }: { what: string }) {
  return (
    <span
      title="Far from what is usual in this round"
      className="shrink-0 rounded border border-warn px-1.5 text-warn text-xs whitespace-nowrap"
    >
      outlier<span className="hidden sm:inline">: {what}</span>
    </span>
  );
}

function EpochBar({ client }: { client: ClientRound }) {
  const { status, localEpoch = 0, totalLocalEpochs } = client;
  const share = status === "ok" ? 1 : Math.min(1, localEpoch / (totalLocalEpochs ?? 1));
  if (!totalLocalEpochs) return <span className="text-muted">–</span>;
  return (
    <span className="flex h-5 w-32 items-center gap-2 lg:w-44">
      <span className="h-1.5 flex-1 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <span
          className={`block h-full origin-left bg-current motion-safe:transition-transform ${clientStatus[status].colour}`}
          style={{ transform: `scaleX(${share})` }}
        />
      </span>
      <span className="w-12 text-right text-muted text-xs whitespace-nowrap">
        {localEpoch} of {totalLocalEpochs}
      </span>
    </span>
  );
}
