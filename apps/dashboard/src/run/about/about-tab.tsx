import { useState } from "react";
import { isOver } from "../../live/run-session.js";
import { navigate } from "../../router.js";
import { DeleteDialog } from "../../runs/delete-dialog.js";
import { EditDialog } from "../../runs/edit-dialog.js";
import { Button } from "../../ui/button.js";
import { Panel } from "../../ui/panel.js";
import type { RunTabProps } from "../run-tab.js";
import { AttemptsPanel } from "./attempts-panel.js";
import { DownloadsPanel } from "./downloads-panel.js";
import { FactsPanel } from "./facts-panel.js";
import { SettingsPanel } from "./settings-panel.js";

/** How the run was set up, who trained it, and what it left. */
export function AboutTab({ snapshot: { record, view }, state, onChanged }: RunTabProps) {
  const [isEditing, setEditing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const { runId } = record;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="min-w-0 space-y-5">
        <SettingsPanel record={record} />
      </div>
      <div className="min-w-0 space-y-5">
        <FactsPanel record={record} view={view} onEdit={() => setEditing(true)} />
        <DownloadsPanel
          runId={runId}
          unit={record.mode === "centralized" ? "epoch" : "round"}
          state={state}
        />
        <AttemptsPanel record={record} view={view} />
        <Panel title="Delete">
          <p className="mb-3 text-muted text-sm">
            {isOver(state)
              ? "Removes the run with its metrics, events, checkpoints and models, for good."
              : "It can be deleted once it is over: stop it first."}
          </p>
          <Button kind="danger" disabled={!isOver(state)} onClick={() => setDeleting(true)}>
            Delete this run
          </Button>
        </Panel>
      </div>
      <EditDialog
        run={isEditing ? record : undefined}
        onClose={() => setEditing(false)}
        onChanged={onChanged}
      />
      <DeleteDialog
        isOpen={isDeleting}
        runs={[record]}
        onClose={() => setDeleting(false)}
        onDeleted={(gone) => gone.length > 0 && navigate("/")}
      />
    </div>
  );
}
