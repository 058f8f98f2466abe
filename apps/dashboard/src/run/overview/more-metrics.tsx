import type { RunState } from "@fedloom/protocol";
import { useCallback, useId, useState } from "react";
import { listSeriesNames } from "../../api/run-series.js";
import { usePolling } from "../../api/use-polling.js";
import { isOver } from "../../live/run-session.js";
import type { RunView } from "../../live/run-view.js";
import { useSearch } from "../../router.js";
import { formatCount } from "../../ui/format.js";
import { OtherMetric } from "./other-metric.js";
import { otherMetrics } from "./other-metrics.js";

export interface MoreMetricsProps {
  runId: string;
  view: RunView;
  state: RunState;
}

/** Most names that are offered at once; the search finds the others. */
const MAX_OFFERED = 60;

/** Whatever else a run reports, under names of the user's own; asked for once it is opened. */
export function MoreMetrics(props: MoreMetricsProps) {
  const [search] = useSearch();
  const [isOpen, setOpen] = useState(search.has("more"));
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-lg border border-line bg-surface"
    >
      <summary className="px-4 py-3 font-semibold">More metrics</summary>
      {isOpen && <Opened {...props} />}
    </details>
  );
}

function Opened({ runId, view, state }: MoreMetricsProps) {
  const [search, change] = useSearch();
  const [wanted, setWanted] = useState("");
  const id = useId();
  const ask = useCallback((signal: AbortSignal) => listSeriesNames(runId, signal), [runId]);
  const periodMs = isOver(state) ? 600_000 : 10_000;
  const { value, error } = usePolling(ask, periodMs);
  const chosen = search.getAll("more");
  const names = otherMetrics(value?.names ?? [], wanted);
  const toggle = (name: string) =>
    change({ more: chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name] });
  return (
    <div className="space-y-4 px-4 pb-4">
      <div>
        <label htmlFor={id} className="font-medium text-sm">
          Search by name
        </label>
        <input
          id={id}
          type="search"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className="mt-1 block w-full max-w-sm rounded-md border border-strong bg-surface px-3 py-1.5 text-sm"
        />
      </div>
      <p role="status" className="text-muted text-sm">
        {error
          ? `The names could not be read: ${error.message}.`
          : value
            ? countText(names.length, value.isCut)
            : "Loading the names…"}
      </p>
      <ul className="flex flex-wrap gap-1.5">
        {names.slice(0, MAX_OFFERED).map((name) => (
          <li key={name} className="min-w-0">
            <button
              type="button"
              aria-pressed={chosen.includes(name)}
              onClick={() => toggle(name)}
              className="max-w-full rounded-md border border-line px-2 py-0.5 text-left text-muted text-sm hover:text-ink aria-pressed:border-strong aria-pressed:bg-raised aria-pressed:text-ink"
            >
              <bdi className="[overflow-wrap:anywhere]">{name}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {chosen.length > 0 && (
        <div className="grid gap-4 lg:grid-cols-2">
          {chosen.map((name) => (
            <OtherMetric
              key={name}
              {...{ runId, name, periodMs }}
              unit={view.unit}
              newest={view.rounds.at(-1)?.round ?? 0}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function countText(number: number, isCut: boolean): string {
  if (number === 0) return "The run reports nothing else by such a name.";
  const shown = number > MAX_OFFERED ? `, of which ${formatCount(MAX_OFFERED)} are shown` : "";
  return `${formatCount(number)} ${number === 1 ? "metric" : "metrics"}${shown}${isCut ? "; there are more than are searched" : ""}. Choose which to draw.`;
}
