import type { RunRecord } from "@fedloom/protocol";
import { type FormEvent, useState } from "react";
import { changeRun } from "../api/runs.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { TextField } from "../ui/field.js";
import { formatCountOf } from "../ui/format.js";
import { oneByOne, type Refusal } from "./one-by-one.js";
import { Refusals } from "./refusals.js";
import { tagsOf } from "./tags-text.js";

interface TagsDialogProps {
  isOpen: boolean;
  runs: readonly RunRecord[];
  onClose: () => void;
  onChanged: () => void;
}

/** Adds tags to several runs; those that they have stay. */
export function TagsDialog({ isOpen, runs, onClose, onChanged }: TagsDialogProps) {
  return (
    <Dialog title={`Add tags to ${formatCountOf(runs.length, "run")}`} isOpen={isOpen} onClose={onClose}>
      <TagsForm runs={runs} onClose={onClose} onChanged={onChanged} />
    </Dialog>
  );
}

function TagsForm({ runs, onClose, onChanged }: Omit<TagsDialogProps, "isOpen">) {
  const [text, setText] = useState("");
  const [isSaving, setIsSaving] = useState(false);
  const [refusals, setRefusals] = useState<Refusal<RunRecord>[]>([]);
  const added = tagsOf(text);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setIsSaving(true);
    const refused = await oneByOne(runs, ({ runId, tags }) =>
      changeRun(runId, { tags: [...new Set([...tags, ...added])] }),
    );
    setIsSaving(false);
    setRefusals(refused);
    onChanged();
    if (refused.length === 0) onClose();
  };
  return (
    <form onSubmit={save} className="grid gap-4">
      <TextField
        label="Tags"
        name="tags"
        help="Words with commas between them; tags that a run has stay."
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {refusals.length > 0 && <Refusals refusals={refusals} />}
      <div className="flex justify-end gap-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={isSaving || added.length === 0}>
          Add
        </Button>
      </div>
    </form>
  );
}
