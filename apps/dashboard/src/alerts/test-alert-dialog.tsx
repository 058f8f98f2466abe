import { type AlertSeverity, alertSeverity } from "@fedloom/protocol";
import { type FormEvent, useId, useState } from "react";
import { broadcastAlert } from "../api/alerts.js";
import { useAction } from "../api/use-action.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { SelectField, TextField } from "../ui/field.js";
import { Refused } from "../ui/refused.js";
import { readFiringAgain } from "./firing-store.js";

/** Announces an alert that says that nothing is wrong, and so shows where alerts go. */
export function TestAlertDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const form = useId();
  const [severity, setSeverity] = useState<AlertSeverity>("info");
  const [title, setTitle] = useState("Test alert");
  const { act, isActing, refusal } = useAction();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const message = "Nothing is wrong: somebody tests where alerts go";
    if (!(await act(() => broadcastAlert({ severity, title, message })))) return;
    readFiringAgain();
    onClose();
  };
  return (
    <Dialog
      title="Send a test alert"
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} kind="primary" disabled={isActing || title.trim() === ""}>
            {isActing ? "Sending…" : "Send"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={send} className="space-y-4">
        <p className="text-muted text-sm">
          It is kept, shown to all who watch, and goes along the routes like any other. It lasts until you
          resolve it.
        </p>
        <TextField
          label="Title"
          name="title"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <SelectField
          label="Severity"
          name="severity"
          value={severity}
          onChange={(event) => setSeverity(event.target.value as AlertSeverity)}
        >
          {alertSeverity.options.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
        <Refused refusal={refusal} />
      </form>
    </Dialog>
  );
}
