import { useMemo } from "react";
import { Sparkline } from "../../charts/sparkline.js";
import type { RoundView } from "../../live/run-view.js";
import { formatCount, formatCountOf } from "../../ui/format.js";
import { formatExact } from "../../ui/format-exact.js";
import { Panel } from "../../ui/panel.js";
import {
  type HookActivity,
  type HookCounter,
  hookActivities,
  type Verdict,
  verdicts,
} from "./hook-activity.js";

const TONE: Record<Verdict, string> = {
  passed: "border-line text-muted",
  replaced: "border-accent text-accent",
  refused: "border-warn text-warn",
  threw: "border-bad text-bad",
};
/** Counters of which a sum says nothing: each round has a value of its own. */
const NOT_SUMMED = ["clip_norm", "noise_sigma"];

/** What each hook did, over the rounds. */
export function HooksPanel({ rounds }: { rounds: readonly RoundView[] }) {
  const hooks = useMemo(() => hookActivities(rounds), [rounds]);
  return (
    <Panel title="Hooks">
      {hooks.length === 0 ? (
        <p className="text-muted text-sm">No hook has told of its work in the rounds so far.</p>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {hooks.map((hook) => (
            <Hook key={hook.name} hook={hook} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Hook({ hook: { name, numByVerdict, latest, duration, counters } }: { hook: HookActivity }) {
  return (
    <li className="min-w-0 rounded-md border border-line p-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <bdi className="font-medium [overflow-wrap:anywhere]">{name}</bdi>
        {latest && <span className="text-muted text-sm">last round: {latest}</span>}
      </div>
      <ul className="mt-1.5 flex flex-wrap gap-1.5 text-xs">
        {verdicts
          .filter((verdict) => numByVerdict[verdict] > 0)
          .map((verdict) => (
            <li key={verdict} className={`rounded-full border px-2 py-0.5 ${TONE[verdict]}`}>
              {verdict} in {formatCountOf(numByVerdict[verdict], "round")}
            </li>
          ))}
      </ul>
      <table className="mt-2 w-full text-sm">
        <caption className="sr-only">Counters of {name}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Counter</th>
            <th scope="col">Over the rounds</th>
            <th scope="col">In all, or latest</th>
          </tr>
        </thead>
        <tbody>
          {counters.map((counter) => (
            <Row key={counter.name} counter={counter} title={counter.name.replaceAll("_", " ")} />
          ))}
          {duration && <Row counter={duration} title="milliseconds" />}
        </tbody>
      </table>
    </li>
  );
}

function Row({ counter: { name, y, total, latest }, title }: { counter: HookCounter; title: string }) {
  const isSummed = !NOT_SUMMED.includes(name);
  const figure = isSummed ? total : latest;
  return (
    <tr className="border-line border-t">
      <th scope="row" className="py-1 pr-2 text-left font-normal text-muted [overflow-wrap:anywhere]">
        <bdi>{title}</bdi>
      </th>
      <td className="w-24 py-1">
        <Sparkline y={y} label={`from ${formatExact(y[0])} to ${formatExact(latest)}`} />
      </td>
      <td className="whitespace-nowrap py-1 pl-3 text-right">
        {Number.isInteger(figure) ? formatCount(figure) : formatExact(figure)}
        <span className="block text-muted text-xs">{isSummed ? "in all" : "latest"}</span>
      </td>
    </tr>
  );
}
