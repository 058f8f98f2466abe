import type { AlertMatcher } from "@fedloom/protocol";
import { type FormEvent, useId, useState } from "react";
import { listRules } from "../../api/alert-rules.js";
import { addSilence } from "../../api/alert-silences.js";
import { useAction } from "../../api/use-action.js";
import { useAsked } from "../../api/use-asked.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { Refused } from "../../ui/refused.js";
import { MatcherFields } from "../matcher/matcher-fields.js";
import { matcherOfValues, valuesOfMatcher } from "../matcher/matcher-form.js";
import { matcherProblem } from "../matcher/matcher-problem.js";
import { type DurationName, durations, endOf, fieldTime } from "./silence-times.js";

export interface SilenceDialogProps {
  /** What is meant at first. */
  matcher: AlertMatcher;
  onClose: () => void;
  onSaved: () => void;
}

/** Makes a silence: which alerts nobody wants to hear of, and until when. */
export function SilenceDialog({ matcher, onClose, onSaved }: SilenceDialogProps) {
  const id = useId();
  const rules = useAsked(listRules).value ?? [];
  const [values, setValues] = useState(() => valuesOfMatcher(matcher));
  const [duration, setDuration] = useState<DurationName>("1h");
  const [until, setUntil] = useState(() => fieldTime(Date.now() + 3_600_000));
  const [comment, setComment] = useState("");
  const [endProblem, setEndProblem] = useState<string>();
  const { act, isActing, refusal } = useAction();
  const problem = matcherProblem(refusal);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const end = endOf(duration, until, Date.now());
    setEndProblem(end === undefined ? "Expected a time to come." : undefined);
    if (end === undefined) return;
    const silence = { matcher: matcherOfValues(values), comment: comment.trim(), ends_at: end };
    if (await act(() => addSilence(silence))) onSaved();
  };
  return (
    <Dialog
      title="Add a silence"
      isOpen
      isWide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} kind="primary" disabled={isActing}>
            {isActing ? "Saving…" : "Silence"}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={submit} className="space-y-4">
        <p className="text-muted text-sm">
          Alerts that fit all that is given here are kept, and nobody is told. What still fires at the end is
          told then.
        </p>
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <SelectField
            label="For"
            name="duration"
            value={duration}
            onChange={(event) => setDuration(event.target.value as DurationName)}
          >
            {durations.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          {duration === "until" && (
            <TextField
              label="Until"
              name="ends_at"
              type="datetime-local"
              value={until}
              onChange={(event) => setUntil(event.target.value)}
              problem={endProblem}
            />
          )}
          <TextField
            label="Why"
            name="comment"
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            placeholder="For those who wonder later"
          />
        </div>
        <MatcherFields values={values} onChange={setValues} rules={rules} problem={problem} />
        {!problem && <Refused refusal={refusal} />}
      </form>
    </Dialog>
  );
}
