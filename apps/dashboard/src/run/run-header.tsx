import type { RunRecord, RunState } from "@fedloom/protocol";
import { isOver, type RunSnapshot } from "../live/run-session.js";
import { factsOf } from "../runs/run-facts.js";
import { formatCountOf, formatDateTime } from "../ui/format.js";
import { PageTitle } from "../ui/page-title.js";
import { StateBadge } from "../ui/state-badge.js";
import { SyntheticTag } from "../ui/synthetic-tag.js";
import { RunActions } from "./run-actions.js";
import { SourceNote } from "./source-note.js";

export interface RunHeaderProps {
  snapshot: RunSnapshot & { record: RunRecord };
  state: RunState;
}

/** Name, state and facts of a run, and what can be done to it. */
export function RunHeader({ snapshot, state }: RunHeaderProps) {
  const { record, view } = snapshot;
  const facts = factsOf(record, 0);
  const { dataset, backend, model, strategy, numClients } = view.start ?? {};
  const data = dataset ?? facts.data;
  const isSynthetic = dataset ? /synthetic/i.test(dataset) : facts.isSynthetic;
  const clients = numClients ?? facts.numClients;
  const details = [
    strategy ?? facts.strategy,
    clients ? formatCountOf(clients, "client") : undefined,
    model ?? facts.model,
    backend && `computed by ${backend}`,
    `started ${formatDateTime(view.startedAt ?? record.startedAt ?? record.createdAt)}`,
    attemptOf(snapshot),
  ].filter(Boolean);
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 sm:flex-nowrap">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <PageTitle>{record.experimentName}</PageTitle>
          <StateBadge state={state} testId="run-state" />
          <SourceNote snapshot={snapshot} state={state} />
        </div>
        <p className="mt-1 text-muted text-sm [overflow-wrap:anywhere]">
          {isSynthetic && <SyntheticTag />} <bdi>{data}</bdi>
          {data && " · "}
          <bdi>{details.join(" · ")}</bdi>
        </p>
      </div>
      {record.isManaged && !isOver(state) && <RunActions runId={record.runId} state={state} />}
    </div>
  );
}

/** Where a run was taken up again, for the last time. */
function attemptOf({ view, record }: RunHeaderProps["snapshot"]): string | undefined {
  const newest = [...view.attempts.values()].reduce<{ attempt: number; resumedFrom: number } | undefined>(
    (best, each) => (each.attempt > (best?.attempt ?? 1) ? each : best),
    undefined,
  );
  if (newest) return `resumed after ${view.unit} ${newest.resumedFrom}, attempt ${newest.attempt}`;
  return record.attempt > 1 ? `attempt ${record.attempt}` : undefined;
}
