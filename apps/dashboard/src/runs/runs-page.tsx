import type { RunRecord } from "@fedloom/protocol";
import { useCallback, useMemo, useRef, useState } from "react";
import { useSearch } from "../router.js";
import { formatCountOf } from "../ui/format.js";
import { Loading } from "../ui/loading.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { ColumnsButton } from "./columns-dialog.js";
import { EditDialog } from "./edit-dialog.js";
import { LiveNote } from "./live-note.js";
import { NoRuns } from "./no-runs.js";
import { NothingMatches } from "./nothing-matches.js";
import { Pager } from "./pager.js";
import { RunsFilter } from "./runs-filter.js";
import { choiceOf, isFiltered, type SortKey, sortChanges } from "./runs-query.js";
import { RunsTable } from "./runs-table.js";
import { SelectionActions } from "./selection-actions.js";
import { useColumns } from "./use-columns.js";
import { useRunKeys } from "./use-run-keys.js";
import { useRunList } from "./use-run-list.js";
import { useSelection } from "./use-selection.js";
import { useTrends } from "./use-trends.js";

const NO_RUNS: readonly RunRecord[] = [];

/** The runs that match what the reader chose, kept up to date while the tab can be seen. */
export function RunsPage() {
  const [search, change] = useSearch();
  const choice = choiceOf(search);
  const { list, error, isOld, following, periodMs, again } = useRunList(choice);
  const runs = list?.runs ?? NO_RUNS;
  const trends = useTrends(runs);
  const selection = useSelection(useMemo(() => runs.map(({ runId }) => runId), [runs]));
  const [columns, chooseColumns] = useColumns();
  const [edited, setEdited] = useState<RunRecord>();
  const searchBox = useRef<HTMLInputElement>(null);
  useRunKeys({ ...selection, searchBox });
  const onTag = useCallback((tag: string) => change({ tag, page: "" }), [change]);
  const isEmpty = list?.total === 0 && !isOld && !isFiltered(choice);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1">
        <PageTitle>Runs</PageTitle>
        {list && !isEmpty && (
          <p className="text-muted text-sm">
            {formatCountOf(list.total, "run")}
            {choice.sort === "created_at" &&
              list.total > 1 &&
              (choice.order === "desc" ? ", newest first" : ", oldest first")}
          </p>
        )}
        <span className="ml-auto flex items-center gap-3">
          {list && <LiveNote following={following} periodMs={periodMs} />}
          {!isEmpty && <ColumnsButton columns={columns} onChoose={chooseColumns} />}
        </span>
      </div>
      {error && (
        <div className="mb-4">
          <Notice tone="warn" title={list ? "Not up to date" : "The runs could not be read"}>
            Trying again: {error.message}.
          </Notice>
        </div>
      )}
      {!isEmpty && (list || isFiltered(choice)) && (
        <RunsFilter choice={choice} change={change} searchBox={searchBox} />
      )}
      {!list && !error && <Loading what="the runs" />}
      {isEmpty && <NoRuns />}
      {list && !isEmpty && runs.length === 0 && <NothingMatches choice={choice} change={change} />}
      {runs.length > 0 && (
        <RunsTable
          {...selection}
          runs={runs}
          trends={trends}
          columns={columns}
          choice={choice}
          isOld={isOld}
          onSort={(sort: SortKey) => change(sortChanges(choice, sort))}
          onTag={onTag}
          onEdit={setEdited}
        />
      )}
      {list && (
        <Pager
          choice={choice}
          total={list.total}
          onPage={(page) => change({ page: page === 1 ? "" : String(page) })}
          onPageSize={(rows) => change({ rows: String(rows), page: "" })}
        />
      )}
      {selection.selected.length > 0 && <SelectionActions {...selection} runs={runs} onChanged={again} />}
      <EditDialog run={edited} onClose={() => setEdited(undefined)} onChanged={again} />
    </>
  );
}
