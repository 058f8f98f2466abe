import type { RunRecord } from "@fedloom/protocol";
import { useState } from "react";
import { deleteRun } from "../api/runs.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { formatCountOf } from "../ui/format.js";
import { oneByOne, type Refusal } from "./one-by-one.js";
import { Refusals } from "./refusals.js";

const NAMED = 8;

interface DeleteDialogProps {
  isOpen: boolean;
  /** Those to be removed. */
  runs: readonly Pick<RunRecord, "runId" | "experimentName">[];
  onClose: () => void;
  /** Called with the ids of those that are gone. */
  onDeleted: (runIds: readonly string[]) => void;
}

/** Asks before runs are removed for good, and tells which could not be. */
export function DeleteDialog({ isOpen, runs, onClose, onDeleted }: DeleteDialogProps) {
  const [isDeleting, setIsDeleting] = useState(false);
  const [refusals, setRefusals] = useState<Refusal<(typeof runs)[number]>[]>([]);
  const close = () => {
    setRefusals([]);
    onClose();
  };
  const remove = async () => {
    setIsDeleting(true);
    const refused = await oneByOne(runs, ({ runId }) => deleteRun(runId));
    setIsDeleting(false);
    setRefusals(refused);
    const kept = new Set(refused.map(({ item }) => item.runId));
    onDeleted(runs.map(({ runId }) => runId).filter((runId) => !kept.has(runId)));
    if (refused.length === 0) close();
  };
  const what = formatCountOf(runs.length, "run");
  return (
    <Dialog
      title={refusals.length > 0 ? `${formatCountOf(refusals.length, "run")} not deleted` : `Delete ${what}?`}
      isOpen={isOpen}
      onClose={close}
      actions={
        refusals.length > 0 ? (
          <Button onClick={close}>Close</Button>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button kind="danger" disabled={isDeleting} onClick={remove}>
              {isDeleting ? "Deleting…" : `Delete ${what}`}
            </Button>
          </>
        )
      }
    >
      {refusals.length > 0 ? (
        <Refusals refusals={refusals} />
      ) : (
        <>
          <ul className="list-disc pl-5 [overflow-wrap:anywhere]">
            {runs.slice(0, NAMED).map(({ runId, experimentName }) => (
              <li key={runId}>
                <bdi>{experimentName}</bdi>
              </li>
            ))}
            {runs.length > NAMED && <li>and {formatCountOf(runs.length - NAMED, "other run")}</li>}
          </ul>
          <p className="mt-3 text-muted text-sm">
            Their settings, metrics, events, checkpoints and models are lost. This cannot be undone. Runs that
            still go on are kept: stop them first.
          </p>
        </>
      )}
    </Dialog>
  );
}
