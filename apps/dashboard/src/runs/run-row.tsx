import type { RunRecord } from "@fedloom/protocol";
import { type MouseEvent, memo } from "react";
import { Link, runPath } from "../router.js";
import type { Column } from "./columns.js";
import { ProgressCell } from "./progress-cell.js";
import { RunCell } from "./run-cell.js";
import { factsOf } from "./run-facts.js";
import type { RunsTableProps } from "./runs-table.js";
import { Sparkline } from "./sparkline.js";
import { TagChip } from "./tag-chip.js";
import type { Trend } from "./trend.js";

export interface RunRowProps extends Pick<RunsTableProps, "onSelect" | "onTag" | "onEdit"> {
  run: RunRecord;
  trend: Trend | undefined;
  shown: readonly Column[];
  isSelected: boolean;
  now: number;
}

/** One run; on phones what has no column stands below the name. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { run, trend, shown, isSelected, now, onSelect, onTag, onEdit } = props;
  const facts = factsOf(run, now);
  const select = ({ shiftKey }: MouseEvent) => onSelect(run.runId, shiftKey);
  return (
    <tr
      data-run={run.runId}
      className={`border-line border-t align-top ${isSelected ? "bg-accent/8" : "hover:bg-raised/60"}`}
    >
      <td className="py-2.5 pl-3">
        <input
          type="checkbox"
          aria-label={`Choose ${run.experimentName}`}
          className="size-4 align-middle accent-accent"
          checked={isSelected}
          onClick={select}
          onChange={() => undefined}
        />
      </td>
      <th scope="row" className="min-w-44 px-2.5 py-2.5 text-left font-normal lg:max-w-72">
        <Link
          href={runPath(run.runId)}
          data-run-link=""
          className="line-clamp-2 font-medium text-accent [overflow-wrap:anywhere] hover:underline"
        >
          <bdi>{run.experimentName}</bdi>
        </Link>
        {run.notes !== "" && (
          <p className="line-clamp-1 text-muted text-xs [overflow-wrap:anywhere]" title={run.notes}>
            <bdi>{run.notes}</bdi>
          </p>
        )}
        {run.tags.length > 0 && (
          <ul className="mt-1 flex flex-wrap gap-1">
            {run.tags.map((tag) => (
              <li key={tag} className="max-w-full">
                <TagChip tag={tag} onChoose={onTag} />
              </li>
            ))}
          </ul>
        )}
        <div className="mt-2 flex flex-wrap items-start gap-x-6 gap-y-2 sm:hidden">
          <ProgressCell run={run} now={now} />
          {trend && <Sparkline trend={trend} />}
        </div>
      </th>
      {shown.map(({ key, className, isRight }) => (
        <td key={key} className={`px-2.5 py-2.5 ${isRight ? "text-right" : ""} ${className}`}>
          <RunCell column={key} run={run} facts={facts} trend={trend} now={now} />
        </td>
      ))}
      <td className="py-1.5 pr-2 text-right">
        <button
          type="button"
          aria-label={`Change name, tags and notes of ${run.experimentName}`}
          title="Name, tags and notes"
          onClick={() => onEdit(run)}
          className="rounded-md p-1.5 text-muted hover:bg-raised hover:text-ink"
        >
          <svg viewBox="0 0 24 24" className="size-4" aria-hidden="true">
            <path
              d="M4 20l1-4.5L16.5 4a2 2 0 0 1 3 0l.5.5a2 2 0 0 1 0 3L8.5 19 4 20zM14.5 6l3.5 3.5"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.8"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        </button>
      </td>
    </tr>
  );
});
