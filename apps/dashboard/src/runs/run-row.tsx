import type { RunRecord } from "@fedloom/protocol";
import { Link, runPath } from "../router.js";
import { formatCount, formatCountOf, formatDateTime, formatDuration, formatMetric } from "../ui/format.js";
import { StateBadge } from "../ui/state-badge.js";
import { SyntheticTag } from "../ui/synthetic-tag.js";
import { factsOf } from "./run-facts.js";

/** One run; on narrow screens what has no column stands below the name. */
export function RunRow({ run, now }: { run: RunRecord; now: number }) {
  const facts = factsOf(run, now);
  const data = facts.isSynthetic ? <SyntheticTag /> : <bdi>{facts.dataFile}</bdi>;
  const started = formatDateTime(run.startedAt ?? run.createdAt);
  return (
    <tr className="border-line border-t align-top hover:bg-raised/60">
      <th scope="row" className="px-3 lg:max-w-64 py-2.5 text-left font-normal first:pl-4">
        <Link
          href={runPath(run.runId)}
          className="line-clamp-2 font-medium text-accent [overflow-wrap:anywhere] hover:underline"
        >
          <bdi>{run.experimentName}</bdi>
        </Link>
        <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-xs lg:hidden">
          <span className="sm:hidden">
            <StateBadge state={run.state} />
          </span>
          <span className="[overflow-wrap:anywhere] md:hidden">{data}</span>
          <span>
            {formatCountOf(facts.numClients, "client")} · {formatCountOf(facts.numRounds, "round")} ·{" "}
            {formatDuration(facts.durationSeconds)}
          </span>
          <span className="sm:hidden">{started}</span>
        </span>
      </th>
      <td className="hidden px-3 py-2.5 sm:table-cell">
        <StateBadge state={run.state} />
      </td>
      <td className="hidden px-3 py-2.5 lg:table-cell">{facts.strategy}</td>
      <td className="hidden px-3 py-2.5 text-right lg:table-cell">{formatCount(facts.numClients)}</td>
      <td className="hidden px-3 py-2.5 text-right lg:table-cell">{formatCount(facts.numRounds)}</td>
      <td className="hidden max-w-48 px-3 py-2.5 [overflow-wrap:anywhere] md:table-cell">{data}</td>
      <td className="px-3 py-2.5 text-right font-medium">{formatMetric(facts.testAuroc)}</td>
      <td className="hidden px-3 py-2.5 text-muted whitespace-nowrap sm:table-cell">{started}</td>
      <td className="hidden px-3 py-2.5 pr-4 text-right text-muted whitespace-nowrap lg:table-cell">
        {formatDuration(facts.durationSeconds)}
      </td>
    </tr>
  );
}
