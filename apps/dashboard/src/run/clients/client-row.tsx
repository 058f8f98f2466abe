import { memo } from "react";
import type { ClientRound } from "../live/run-view.js";
import { formatBytes, formatCount, formatMetric, formatMilliseconds } from "../ui/format.js";
import { clientStatus } from "./client-status.js";

/** One client in one round. */
export const ClientRow = memo(function ClientRow({ client }: { client: ClientRound }) {
  const { label, colour, sign } = clientStatus[client.status];
  return (
    <tr className="border-line border-t align-top">
      <th scope="row" className="max-w-32 py-1.5 pr-3 text-left font-normal sm:max-w-56">
        <span className="block truncate" title={client.clientId}>
          <bdi>{client.clientId}</bdi>
        </span>
        {client.error && (
          <span className="block text-bad text-xs [overflow-wrap:anywhere]">
            <bdi>{client.error}</bdi>
          </span>
        )}
      </th>
      <td className={`py-1.5 pr-3 whitespace-nowrap ${colour}`}>
        {sign && <span aria-hidden="true">{sign} </span>}
        {label}
      </td>
      <td className="hidden py-1.5 pr-3 sm:table-cell">
        <EpochBar client={client} />
      </td>
      <td className="py-1.5 pr-3 text-right">{formatMetric(client.trainLoss)}</td>
      <td className="hidden py-1.5 pr-3 text-right sm:table-cell">{formatCount(client.numSamples)}</td>
      <td className="py-1.5 text-right whitespace-nowrap sm:pr-3">{formatMilliseconds(client.durationMs)}</td>
      <td className="hidden py-1.5 text-right whitespace-nowrap md:table-cell">
        {formatBytes(client.bytesUp)}
      </td>
    </tr>
  );
});

function EpochBar({ client }: { client: ClientRound }) {
  const { status, localEpoch = 0, totalLocalEpochs } = client;
  const share = status === "ok" ? 1 : totalLocalEpochs ? Math.min(1, localEpoch / totalLocalEpochs) : 0;
  return (
    <span className="flex h-5 items-center gap-2">
      <span className="h-1.5 flex-1 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <span
          className={`block h-full origin-left bg-current motion-safe:transition-transform ${clientStatus[status].colour}`}
          style={{ transform: `scaleX(${share})` }}
        />
      </span>
      <span className="w-12 text-right text-muted text-xs whitespace-nowrap">
        {totalLocalEpochs ? `${localEpoch} of ${totalLocalEpochs}` : "–"}
      </span>
    </span>
  );
}
