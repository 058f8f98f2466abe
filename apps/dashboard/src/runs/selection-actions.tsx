import type { RunRecord } from "@fedloom/protocol";
import { useEffect, useState } from "react";
import { getRun } from "../api/runs.js";
import { DeleteDialog } from "./delete-dialog.js";
import { SelectionBar } from "./selection-bar.js";
import { TagsDialog } from "./tags-dialog.js";
import type { Selection } from "./use-selection.js";

interface SelectionActionsProps extends Pick<Selection, "selected" | "onClear" | "onGone"> {
  /** Those of the page. */
  runs: readonly RunRecord[];
  onChanged: () => void;
}

/** The bar for chosen runs, and the dialogs that it opens. */
export function SelectionActions({ selected, runs, onClear, onGone, onChanged }: SelectionActionsProps) {
  const [dialog, setDialog] = useState<"delete" | "tags">();
  const [chosen, setChosen] = useState<readonly RunRecord[]>([]);
  useEffect(() => {
    if (dialog === undefined) return;
    const stop = new AbortController();
    // Some may be on another page. Those that are gone are left out.
    const records = selected.map(
      async (runId) =>
        runs.find((run) => run.runId === runId) ?? (await getRun(runId, stop.signal).catch(() => undefined)),
    );
    void Promise.all(records).then((found) => {
      if (!stop.signal.aborted) setChosen(found.filter((run) => run !== undefined));
    });
    return () => stop.abort();
  }, [dialog]);
  const close = () => {
    setDialog(undefined);
    setChosen([]);
  };
  return (
    <>
      <SelectionBar
        selected={selected}
        onClear={onClear}
        onDelete={() => setDialog("delete")}
        onTag={() => setDialog("tags")}
      />
      <DeleteDialog
        isOpen={dialog === "delete" && chosen.length > 0}
        runs={chosen}
        onClose={close}
        onDeleted={(runIds) => {
          onGone(runIds);
          onChanged();
        }}
      />
      <TagsDialog
        isOpen={dialog === "tags" && chosen.length > 0}
        runs={chosen}
        onClose={close}
        onChanged={onChanged}
      />
    </>
  );
}
