import type { RunRecord, RunState } from "@fedloom/protocol";
import { isOver, type Source } from "../live/run-session.js";
import type { RunView } from "../live/run-view.js";
import { factsOf } from "../runs/run-facts.js";
import { formatCountOf, formatDateTime } from "../ui/format.js";
import { PageTitle } from "../ui/page-title.js";
import { StateBadge } from "../ui/state-badge.js";
import { SyntheticTag } from "../ui/synthetic-tag.js";
import { RunActions } from "./run-actions.js";
import { SourceNote } from "./source-note.js";

export interface RunHeaderProps {
  record: RunRecord;
  state: RunState;
  view: RunView;
  source: Source;
}

/** Name, state and facts of a run, and the button that stops it. */
export function RunHeader({ record, state, view, source }: RunHeaderProps) {
  const facts = factsOf(record, 0);
  const { dataset, backend, model } = view.start ?? {};
  const isSynthetic = dataset ? /synthetic/i.test(dataset) : facts.isSynthetic;
  const details = [
    facts.strategy,
    formatCountOf(facts.numClients, "client"),
    model ?? String(record.config.model ?? ""),
    backend && `computed by ${backend}`,
    `started ${formatDateTime(view.startedAt ?? record.startedAt ?? record.createdAt)}`,
  ].filter(Boolean);
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <PageTitle>{record.experimentName}</PageTitle>
          <StateBadge state={state} testId="run-state" />
          <SourceNote source={source} view={view} />
        </div>
        <p className="mt-1 text-muted text-sm [overflow-wrap:anywhere]">
          {isSynthetic && <SyntheticTag />} <bdi>{dataset ?? facts.dataFile}</bdi>
          {(dataset ?? facts.dataFile) && " · "}
          <bdi>{details.join(" · ")}</bdi>
        </p>
      </div>
      {record.isManaged && !isOver(state) && <RunActions runId={record.runId} state={state} />}
    </div>
  );
}
