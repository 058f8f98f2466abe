import { useCallback, useState } from "react";
import { listRuns } from "../api/runs.js";
import { usePolling } from "../api/use-polling.js";
import { Button } from "../ui/button.js";
import { formatCount, formatCountOf } from "../ui/format.js";
import { Loading } from "../ui/loading.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { NoRuns } from "./no-runs.js";
import { RunsTable } from "./runs-table.js";

const PAGE = 50;
const MOST = 1_000;
const POLL_MS = 3_000;

/** Every run, newest first, kept up to date while the tab can be seen. */
export function RunsPage() {
  const [limit, setLimit] = useState(PAGE);
  const ask = useCallback((signal: AbortSignal) => listRuns(limit, signal), [limit]);
  const { value, error } = usePolling(ask, POLL_MS);
  return (
    <>
      <div className="mb-5 flex items-baseline justify-between gap-4">
        <PageTitle>Runs</PageTitle>
        {value && value.total > 0 && (
          <p className="text-muted text-sm">
            {value.runs.length < value.total && `${formatCount(value.runs.length)} of `}
            {formatCountOf(value.total, "run")}
          </p>
        )}
      </div>
      {error && (
        <div className="mb-5">
          <Notice tone="warn" title={value ? "Not up to date" : "The runs could not be read"}>
            Trying again: {error.message}.
          </Notice>
        </div>
      )}
      {!value && !error && <Loading what="the runs" />}
      {value && value.total === 0 && <NoRuns />}
      {value && value.runs.length > 0 && <RunsTable runs={value.runs} />}
      {value && value.runs.length < value.total && limit < MOST && (
        <div className="mt-4 text-center">
          <Button onClick={() => setLimit(Math.min(MOST, limit + PAGE))}>Show more</Button>
        </div>
      )}
    </>
  );
}
