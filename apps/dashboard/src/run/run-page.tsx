import { stateOf } from "../live/run-progress.js";
import { useRunSession } from "../live/use-run-session.js";
import { Link } from "../router.js";
import { Loading } from "../ui/loading.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { ClientsSection } from "./clients-section.js";
import { EventLog } from "./event-log.js";
import { RoundCharts } from "./round-charts.js";
import { RunErrors } from "./run-errors.js";
import { RunHeader } from "./run-header.js";
import { RunProgress } from "./run-progress.js";
import { SummaryCards } from "./summary-cards.js";

/** One run, live or stored. */
export function RunPage({ runId }: { runId: string }) {
  const { view, record, source, finalMetrics, error } = useRunSession(runId);
  if (error?.status === 404) return <UnknownRun />;
  if (!record) {
    return error ? (
      <Notice tone="warn" title="The run could not be read">
        Trying again: {error.message}.
      </Notice>
    ) : (
      <Loading what="the run" />
    );
  }
  const state = stateOf(view, record.state);
  return (
    <div className="space-y-5">
      <RunHeader record={record} state={state} view={view} source={source} />
      {error && (
        <Notice tone="warn" title="Not up to date">
          Trying again: {error.message}.
        </Notice>
      )}
      <RunErrors view={view} record={record} state={state} />
      <RunProgress view={view} state={state} numRounds={Number(record.config.num_rounds) || undefined} />
      <SummaryCards view={view} record={record} state={state} finalMetrics={finalMetrics} />
      <RoundCharts view={view} numRounds={Number(record.config.num_rounds) || undefined} />
      {view.unit === "round" && <ClientsSection clients={view.clients} lastRound={view.totalRounds} />}
      <EventLog log={view.log} numEvents={view.numEvents} />
    </div>
  );
}

function UnknownRun() {
  return (
    <>
      <PageTitle>There is no such run</PageTitle>
      <p className="mt-2 text-muted">
        It may have been deleted, or the address is not complete.{" "}
        <Link href="/" className="text-accent underline">
          Go to the runs
        </Link>
      </p>
    </>
  );
}
