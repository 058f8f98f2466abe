import type { RunRecord } from "@fedloom/protocol";
import type { ReactNode } from "react";
import type { RunView } from "../../live/run-view.js";
import { Button } from "../../ui/button.js";
import { CopyButton } from "../../ui/copy-button.js";
import { formatDateTime } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";

export interface FactsPanelProps {
  record: RunRecord;
  view: RunView;
  onEdit: () => void;
}

/** What the run is called, and when and by what it was trained. */
export function FactsPanel({ record, view, onEdit }: FactsPanelProps) {
  const { experimentName, project, tags, notes, runId, createdAt, startedAt, endedAt, isManaged } = record;
  const { dataset, model, backend } = view.start ?? {};
  return (
    <Panel title="This run" action={<Button onClick={onEdit}>Edit</Button>}>
      <dl className="space-y-2 text-sm">
        <Fact title="Name">{experimentName}</Fact>
        <Fact title="Project">{project}</Fact>
        <Fact title="Tags">
          {tags.length > 0 ? tags.join(", ") : <span className="text-muted">none</span>}
        </Fact>
        <Fact title="Notes">
          {notes ? (
            <span className="whitespace-pre-wrap">{notes}</span>
          ) : (
            <span className="text-muted">none</span>
          )}
        </Fact>
        {dataset && <Fact title="Data">{dataset}</Fact>}
        {model && <Fact title="Model">{model}</Fact>}
        {backend && <Fact title="Engine">{backend}</Fact>}
        <Fact title="Trained by">
          {isManaged ? "this server" : "somebody's own program, which sent its events here"}
        </Fact>
        <Fact title="Created">{formatDateTime(createdAt)}</Fact>
        <Fact title="Started">{formatDateTime(startedAt)}</Fact>
        <Fact title="Ended">{formatDateTime(endedAt)}</Fact>
        <Fact title="Id">
          <span className="flex flex-wrap items-center gap-2">
            <code className="text-xs">{runId}</code>
            <CopyButton text={runId} label="Copy the id" />
          </span>
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6rem_minmax(0,1fr)] gap-3">
      <dt className="text-muted">{title}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}
