import type { RunRecord } from "@fedloom/protocol";
import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../api/errors.js";
import { changeRun, type RunChanges } from "../api/runs.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { TextAreaField, TextField } from "../ui/field.js";
import { Notice } from "../ui/notice.js";
import { tagsOf, textOfTags } from "./tags-text.js";

interface EditDialogProps {
  /** The run to change; undefined while there is none. */
  run: RunRecord | undefined;
  onClose: () => void;
  onChanged: () => void;
}

/** Changes a run's name, tags and notes. */
export function EditDialog({ run, onClose, onChanged }: EditDialogProps) {
  return (
    <Dialog title="Name, tags and notes" isOpen={run !== undefined} onClose={onClose}>
      {run && <EditForm key={run.runId} run={run} onClose={onClose} onChanged={onChanged} />}
    </Dialog>
  );
}

function EditForm({ run, onClose, onChanged }: EditDialogProps & { run: RunRecord }) {
  const form = useId();
  const [name, setName] = useState(run.experimentName);
  const [tags, setTags] = useState(textOfTags(run.tags));
  const [notes, setNotes] = useState(run.notes);
  const [isSaving, setIsSaving] = useState(false);
  const [error, setError] = useState<ApiError>();
  const problem = (field: string) => (error?.field?.split(".")[0] === field ? error.message : undefined);
  const isShownAtField = ["experiment_name", "tags", "notes"].some((field) => problem(field));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    // Only what was changed, so that what others change meanwhile stays.
    const changes: RunChanges = {
      ...(name !== run.experimentName && { experimentName: name }),
      ...(tags !== textOfTags(run.tags) && { tags: tagsOf(tags) }),
      ...(notes !== run.notes && { notes }),
    };
    setIsSaving(true);
    try {
      if (Object.keys(changes).length > 0) await changeRun(run.runId, changes);
      onChanged();
      onClose();
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(cause);
      setIsSaving(false);
    }
  };
  return (
    <form id={form} onSubmit={save} className="grid gap-4">
      {error && !isShownAtField && (
        <Notice tone="bad" title="Not saved">
          {error.message}
        </Notice>
      )}
      <TextField
        label="Name"
        name="experiment_name"
        required
        maxLength={128}
        value={name}
        onChange={({ target }) => setName(target.value)}
        problem={problem("experiment_name")}
      />
      <TextField
        label="Tags"
        name="tags"
        help="Words to find it by, with commas between them."
        value={tags}
        onChange={({ target }) => setTags(target.value)}
        problem={problem("tags")}
      />
      <TextAreaField
        label="Notes"
        name="notes"
        rows={4}
        maxLength={4096}
        value={notes}
        onChange={({ target }) => setNotes(target.value)}
        problem={problem("notes")}
      />
      <div className="flex justify-end gap-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={isSaving}>
          Save
        </Button>
      </div>
    </form>
  );
}
