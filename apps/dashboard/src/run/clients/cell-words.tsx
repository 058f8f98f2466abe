import type { ClientRound } from "../../live/run-view.js";
import { formatCountOf, formatMetric, formatMilliseconds } from "../../ui/format.js";
import { cellState, statusOf } from "./cell-state.js";
import { clientStatus } from "./client-status.js";
import type { TimelineMark } from "./timeline-marks.js";

export interface CellWordsProps {
  round: number;
  clientId: string;
  /** What the timeline shows; `value` as the store keeps it. */
  state: number;
  value: number;
  /** All that is known of it, once it is. */
  client: ClientRound | undefined;
  marks: readonly TimelineMark[];
}

/** One cell in words. */
export function CellWords({ round, clientId, state, value, client, marks }: CellWordsProps) {
  const facts = client ? factsOf(client) : shortFacts(state, value);
  return (
    <>
      <span className="text-muted">Round {round}</span> · <bdi className="font-medium">{clientId}</bdi>
      {facts.map((fact) => (
        <span key={fact}> · {fact}</span>
      ))}
      {client?.error && (
        <span className="text-bad">
          {" "}
          · <bdi>{client.error}</bdi>
        </span>
      )}
      {marks.map(({ kind, text }) => (
        <span key={`${kind} ${text}`} className="block text-muted">
          In this round: <bdi>{text}</bdi>
        </span>
      ))}
    </>
  );
}

function factsOf(client: ClientRound): string[] {
  const { status, localEpoch, totalLocalEpochs, durationMs, numSamples, trainLoss } = client;
  const isAtWork = status === "training" || status === "unfinished";
  return [
    clientStatus[status].label,
    isAtWork && totalLocalEpochs ? `local epoch ${localEpoch ?? 0} of ${totalLocalEpochs}` : "",
    durationMs !== undefined ? formatMilliseconds(durationMs) : "",
    numSamples !== undefined ? formatCountOf(numSamples, "sample") : "",
    trainLoss !== undefined ? `loss ${formatMetric(trainLoss)}` : "",
  ].filter((fact) => fact !== "");
}

function shortFacts(state: number, value: number): string[] {
  if (state === cellState.unknown) return ["not read yet"];
  const status = statusOf(state);
  if (!status) return ["had no part in it"];
  return [
    clientStatus[status].label,
    ...(value > 0 && status !== "training" ? [formatMilliseconds(value)] : []),
  ];
}
