import { memo } from "react";
import type { ClientRound, ClientsOfRound } from "../live/run-view.js";
import { clientStatus } from "./client-status.js";

export interface TimelineColumnProps {
  round: number;
  isShown: boolean;
  /** Undefined for a round that has not begun. */
  clients: ClientsOfRound | undefined;
  order: readonly string[];
  longestMs: number;
}

/** One round of the timeline. */
export const TimelineColumn = memo(function TimelineColumn(props: TimelineColumnProps) {
  const { round, isShown, clients, order, longestMs } = props;
  return (
    <ol
      className={`w-5 min-w-3 flex-1 basis-5 sm:max-w-24 ${clients ? "cursor-pointer" : ""}`}
      aria-label={`Round ${round}`}
    >
      {order.map((clientId, index) => {
        const cell = clients?.get(clientId);
        return (
          <li key={clientId} className="h-5 py-px" data-round={clients && round} data-client={index}>
            <Cell cell={cell} longestMs={longestMs} />
          </li>
        );
      })}
      <li
        aria-hidden="true"
        data-round={clients && round}
        className={`sticky bottom-0 h-5 bg-surface text-center leading-5 ${isShown ? "font-semibold text-ink" : "text-muted"}`}
      >
        {showsNumber(round) ? round : "·"}
      </li>
    </ol>
  );
});

function Cell({ cell, longestMs }: { cell: ClientRound | undefined; longestMs: number }) {
  const base =
    "pointer-events-none relative grid h-full place-items-center rounded-[3px] font-bold leading-none";
  if (!cell) return <span className={`${base} border border-line border-dotted`} />;
  const { label, colour, sign } = clientStatus[cell.status];
  const share = longestMs > 0 ? (cell.durationMs ?? 0) / longestMs : 0;
  const isDone = cell.status === "ok";
  const look = isDone ? "bg-accent" : `border-2 border-current ${colour}`;
  return (
    <span
      className={`${base} ${look} ${cell.status === "training" ? "breathe" : ""}`}
      style={isDone ? { opacity: 0.3 + 0.7 * share } : undefined}
    >
      {sign && <span aria-hidden="true">{sign}</span>}
      <span className="sr-only">
        {cell.clientId}: {label}
      </span>
    </span>
  );
}

function showsNumber(round: number): boolean {
  return round < 10 || round % 5 === 0;
}
