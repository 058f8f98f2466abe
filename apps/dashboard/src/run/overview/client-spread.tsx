import type { RoundSpread } from "@fedloom/protocol";
import type { ReactNode } from "react";
import { Link, runPath } from "../../router.js";
import { formatCount, formatCountOf, formatMetric } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";

export interface ClientSpreadProps {
  runId: string;
  round: number;
  /** Whether it is the newest one, and not one that was chosen. */
  isNewest: boolean;
  spread: ReadonlyMap<string, RoundSpread>;
  onNewest: () => void;
}

/** How the clients of one round lie apart, and which of them are at the ends. */
export function ClientSpread({ runId, round, isNewest, spread, onNewest }: ClientSpreadProps) {
  const action = (
    <span className="flex flex-wrap items-baseline gap-x-3 text-sm">
      {!isNewest && (
        <button type="button" onClick={onNewest} className="rounded text-accent hover:underline">
          Show the newest round
        </button>
      )}
      <Link
        href={`${runPath(runId, "clients")}?round=${round}`}
        className="rounded text-accent hover:underline"
      >
        All clients of this round
      </Link>
    </span>
  );
  return (
    <Panel title={`Clients in round ${formatCount(round)}`} action={action}>
      {spread.size === 0 ? (
        <p className="text-muted text-sm">No client has reported values in this round.</p>
      ) : (
        <ul className="divide-y divide-line">
          {[...spread].map(([name, entry]) => (
            <li
              key={name}
              className="grid gap-x-5 gap-y-1.5 py-2.5 first:pt-0 last:pb-0 lg:grid-cols-[14rem_1fr]"
            >
              <div className="min-w-0">
                <bdi className="font-medium text-sm [overflow-wrap:anywhere]">{titleOf(name)}</bdi>
                <p className="text-muted text-sm">
                  {formatCountOf(entry.numClients, "client")}
                  {entry.numNotFinite > 0 && `, ${formatCount(entry.numNotFinite)} without a number`}
                </p>
              </div>
              <div className="grid grid-cols-2 items-center gap-x-4 gap-y-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)_minmax(0,1fr)]">
                <End {...{ runId, round }} label="smallest" value={entry.min} clientId={entry.minClientId} />
                <div className="order-last col-span-2 sm:order-none sm:col-span-1">
                  <Strip entry={entry} />
                </div>
                <End
                  {...{ runId, round }}
                  label="largest"
                  value={entry.max}
                  clientId={entry.maxClientId}
                  isRight
                />
              </div>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-3 text-muted text-xs">
        The box is the middle 80 % of the clients, the line in it their median. Choose another round by a
        click in a chart, or by Enter where its cursor is.
      </p>
    </Panel>
  );
}

function End(props: {
  runId: string;
  round: number;
  label: string;
  value: number;
  clientId: string;
  isRight?: boolean;
}): ReactNode {
  const { runId, round, label, value, clientId, isRight } = props;
  const query = new URLSearchParams({ round: String(round), client: clientId });
  return (
    <p className={`min-w-0 text-sm ${isRight ? "text-right sm:text-left" : "sm:text-right"}`}>
      <span className="font-medium">{formatMetric(value)}</span>
      <span className="sr-only"> is the {label}, of </span>{" "}
      <Link
        href={`${runPath(runId, "clients")}?${query}`}
        className="block rounded text-accent hover:underline [overflow-wrap:anywhere]"
      >
        <bdi>{clientId}</bdi>
      </Link>
    </p>
  );
}

/** Smallest to largest value, with the middle and the median. */
function Strip({ entry: { min, p10, median, p90, max } }: { entry: RoundSpread }) {
  const at = (value: number) => `${max > min ? ((value - min) / (max - min)) * 100 : 50}%`;
  const width = max > min ? `${((p90 - p10) / (max - min)) * 100}%` : "0%";
  return (
    <div role="img" aria-label={`median ${formatMetric(median)}`} className="relative mx-1 h-7">
      <span className="absolute inset-x-0 top-1/2 h-px bg-strong" />
      <span className="absolute top-1.5 bottom-1.5 left-0 w-px bg-strong" />
      <span className="absolute top-1.5 right-0 bottom-1.5 w-px bg-strong" />
      <span
        className="absolute top-1 bottom-1 rounded-xs border border-strong bg-raised"
        style={{ left: at(p10), width }}
      />
      <span
        className="absolute top-0.5 bottom-0.5 w-0.5 -translate-x-1/2 bg-accent"
        style={{ left: at(median) }}
      />
    </div>
  );
}

/** A metric's name as people say it. */
export function titleOf(name: string): string {
  const known: Record<string, string> = {
    train_loss: "Training loss",
    train_accuracy: "Training accuracy",
    staleness: "Rounds behind",
  };
  return known[name] ?? name;
}
