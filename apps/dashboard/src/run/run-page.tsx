import { type ComponentType, lazy, useMemo } from "react";
import { stateOf } from "../live/run-progress.js";
import { isUnknown } from "../live/run-session.js";
import { useRunSession } from "../live/use-run-session.js";
import { Link, type RunTab, runPath } from "../router.js";
import { Loading } from "../ui/loading.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { Tabs } from "../ui/tabs.js";
import { OverviewTab } from "./overview/overview-tab.js";
import { RunErrors } from "./run-errors.js";
import { RunHeader } from "./run-header.js";
import { RunProgress } from "./run-progress.js";
import type { RunTabProps } from "./run-tab.js";

const panels: Record<RunTab, ComponentType<RunTabProps>> = {
  overview: OverviewTab,
  clients: lazy(async () => ({ default: (await import("./clients/clients-tab.js")).ClientsTab })),
  rounds: lazy(async () => ({ default: (await import("./rounds/rounds-tab.js")).RoundsTab })),
  predictions: lazy(async () => ({
    default: (await import("./predictions/predictions-tab.js")).PredictionsTab,
  })),
  events: lazy(async () => ({ default: (await import("./events/events-tab.js")).EventsTab })),
  about: lazy(async () => ({ default: (await import("./about/about-tab.js")).AboutTab })),
};

/** One run, live or stored: what always matters, and below it the part that the address names. */
export function RunPage({ runId, tab }: { runId: string; tab: RunTab }) {
  const { snapshot, refresh } = useRunSession(runId);
  const { view, error } = snapshot;
  const record = useMemo(
    // The first event says which kind of run it is; the database hears of it a moment later.
    () => snapshot.record && { ...snapshot.record, mode: view.mode ?? snapshot.record.mode },
    [snapshot.record, view.mode],
  );
  if (error && isUnknown(error)) return <UnknownRun />;
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
  const Panel = panels[tab];
  return (
    <div className="space-y-5">
      <RunHeader snapshot={{ ...snapshot, record }} state={state} />
      {error && (
        <Notice tone="warn" title="Not up to date">
          Trying again: {error.message}.
        </Notice>
      )}
      <RunErrors view={view} record={record} state={state} />
      <RunProgress view={view} state={state} record={record} />
      <Tabs label="Parts of the run" tabs={tabsOf(runId, tab, record.mode)} />
      <Panel snapshot={{ ...snapshot, record }} state={state} onChanged={refresh} />
    </div>
  );
}

function tabsOf(runId: string, current: RunTab, mode: "centralized" | "federated") {
  const isFederated = mode === "federated";
  const labels: [RunTab, string][] = [
    ["overview", "Overview"],
    ["clients", "Clients"],
    ["rounds", isFederated ? "Rounds" : "Epochs"],
    ["predictions", "Predictions"],
    ["events", "Events"],
    ["about", "About"],
  ];
  return labels
    .filter(([tab]) => tab !== "clients" || isFederated)
    .map(([tab, label]) => ({ href: runPath(runId, tab), label, isCurrent: tab === current }));
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
