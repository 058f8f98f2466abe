import type { RunRecord } from "@fedloom/protocol";
import { useMemo } from "react";
import { ScrollBox } from "../ui/scroll-box.js";
import { useNow } from "../ui/use-now.js";
import { COLUMNS, type Column, type ColumnKey } from "./columns.js";
import { isGoingOn } from "./run-facts.js";
import { RunRow } from "./run-row.js";
import { type RunsChoice, type SortKey, sortKeys } from "./runs-query.js";
import type { Trend } from "./trend.js";

export interface RunsTableProps {
  runs: readonly RunRecord[];
  trends: ReadonlyMap<string, Trend | undefined>;
  columns: readonly ColumnKey[];
  choice: RunsChoice;
  selected: readonly string[];
  /** Whether the rows are those of an earlier choice. */
  isOld: boolean;
  onSort: (sort: SortKey) => void;
  onSelect: (runId: string, isRange: boolean) => void;
  onSelectAll: () => void;
  onTag: (tag: string) => void;
  onEdit: (run: RunRecord) => void;
}

/** A page of runs. */
export function RunsTable(props: RunsTableProps) {
  const { runs, trends, columns, choice, selected, isOld, onSort, onSelectAll, onSelect, onTag, onEdit } =
    props;
  const now = useNow(true);
  const shown = useMemo(() => COLUMNS.filter(({ key }) => columns.includes(key)), [columns]);
  const numChosen = runs.filter(({ runId }) => selected.includes(runId)).length;
  return (
    <ScrollBox
      label="Runs"
      aria-busy={isOld}
      className={`relative overflow-x-auto rounded-lg border border-line bg-surface ${isOld ? "opacity-60" : ""}`}
    >
      <table className="w-full text-sm">
        <caption className="sr-only">Runs</caption>
        <thead>
          <tr className="text-left text-muted text-xs">
            <th scope="col" className="w-8 py-2 pl-3">
              <input
                type="checkbox"
                aria-label="Choose all runs of this page"
                className="size-4 align-middle accent-accent"
                checked={numChosen === runs.length}
                ref={(box) => {
                  if (box) box.indeterminate = numChosen > 0 && numChosen < runs.length;
                }}
                onChange={onSelectAll}
              />
            </th>
            <Head title="Run" sort="experiment_name" className="" choice={choice} onSort={onSort} />
            {shown.map((column) => (
              <Head {...column} key={column.key} choice={choice} onSort={onSort} />
            ))}
            <th scope="col" className="w-8 pr-2">
              <span className="sr-only">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow
              key={run.runId}
              run={run}
              shown={shown}
              trend={trends.get(run.runId)}
              isSelected={selected.includes(run.runId)}
              // What stands still is drawn anew once a minute.
              now={isGoingOn(run.state) ? now : now - (now % 60_000)}
              onSelect={onSelect}
              onTag={onTag}
              onEdit={onEdit}
            />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

type HeadProps = Pick<Column, "title" | "className" | "isRight"> & {
  sort?: SortKey;
  choice: RunsChoice;
  onSort: (sort: SortKey) => void;
};

function Head({ title, sort, className, isRight, choice, onSort }: HeadProps) {
  const isSorted = sort !== undefined && choice.sort === sort;
  const order = choice.order === "asc" ? "ascending" : "descending";
  return (
    <th
      scope="col"
      aria-sort={isSorted ? order : undefined}
      className={`px-2.5 py-2 font-medium whitespace-nowrap ${isRight ? "text-right" : ""} ${className}`}
    >
      {sort && sortKeys.includes(sort) ? (
        <button
          type="button"
          onClick={() => onSort(sort)}
          className={`inline-flex items-center gap-1 rounded hover:text-ink ${isSorted ? "text-ink" : ""}`}
        >
          {title}
          <span aria-hidden="true" className={isSorted ? "" : "opacity-40"}>
            {isSorted ? (choice.order === "asc" ? "↑" : "↓") : "↕"}
          </span>
        </button>
      ) : (
        title
      )}
    </th>
  );
}
