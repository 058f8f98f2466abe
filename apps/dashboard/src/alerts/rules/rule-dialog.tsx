import { type AlertRuleKind, alertRule, alertRuleKinds } from "@fedloom/protocol";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { type KeptRule, saveRule } from "../../api/alert-rules.js";
import { useAction } from "../../api/use-action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField } from "../../ui/field.js";
import { Refused } from "../../ui/refused.js";
import { RuleFieldControl } from "./rule-field-control.js";
import { fieldsOf } from "./rule-fields.js";
import {
  type FormValues,
  problemOf,
  type RuleProblem,
  ruleOfValues,
  shownFields,
  valuesOfRule,
} from "./rule-form.js";
import { kindWords } from "./rule-words.js";

export interface RuleDialogProps {
  /** The rule that is changed; a new one when absent. */
  kept: KeptRule | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** The form of a rule; what is refused is said beside its field. */
export function RuleDialog({ kept, onClose, onSaved }: RuleDialogProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [kind, setKind] = useState<AlertRuleKind>(kept?.rule.kind ?? "threshold");
  const [values, setValues] = useState<FormValues>(() =>
    valuesOfRule(kind, kept && alertRule.toWire(kept.rule)),
  );
  const [problem, setProblem] = useState<RuleProblem>();
  const { act, isActing, refusal, forgetRefusal } = useAction();

  const refused = problem ?? (refusal?.field === undefined ? undefined : problemOf(kind, refusal));
  const isPlaced = fieldsOf(kind).some(({ path }) => path === refused?.path);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refused?.path, refused?.message]);

  const changeKind = (next: AlertRuleKind) => {
    setKind(next);
    // The name and what every kind has stay as entered.
    setValues((before) => ({ ...valuesOfRule(next), ...pick(before, next) }));
    setProblem(undefined);
    forgetRefusal();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    forgetRefusal();
    const made = ruleOfValues(kind, values);
    setProblem(made.ok ? undefined : made.problem);
    if (made.ok && (await act(() => saveRule(made.rule, kept?.ruleId)))) onSaved();
  };
  return (
    <Dialog
      title={kept ? "Change a rule" : "Add a rule"}
      isOpen
      isWide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} kind="primary" disabled={isActing}>
            {isActing ? "Saving…" : kept ? "Save" : "Add rule"}
          </Button>
        </>
      }
    >
      <form id={id} ref={form} noValidate onSubmit={submit} className="space-y-4">
        <SelectField
          label="Kind"
          name="kind"
          value={kind}
          onChange={(event) => changeKind(event.target.value as AlertRuleKind)}
          help={kindWords[kind].about}
        >
          {alertRuleKinds.map((each) => (
            <option key={each} value={each}>
              {kindWords[each].label}
            </option>
          ))}
        </SelectField>
        <div className="grid items-start gap-4 sm:grid-cols-2">
          {shownFields(kind, values).map((field) => (
            <RuleFieldControl
              key={field.path}
              field={field}
              value={values[field.path] ?? ""}
              onChange={(value) => setValues((before) => ({ ...before, [field.path]: value }))}
              isOfHost={kind === "threshold" && values.of === "host"}
              problem={refused?.path === field.path ? refused.message : undefined}
            />
          ))}
        </div>
        {kept && (
          <p className="text-muted text-sm">Alerts of the rule as it was are resolved when it is saved.</p>
        )}
        {problem && !isPlaced && (
          <p role="alert" className="text-bad text-sm">
            {problem.path}: {problem.message}
          </p>
        )}
        {!isPlaced && <Refused refusal={refusal} />}
      </form>
    </Dialog>
  );
}

/** What two kinds have in common. */
function pick(values: FormValues, kind: AlertRuleKind): FormValues {
  const common = ["name", "severity", "labels", "is_enabled", "cooldown_seconds"];
  const paths = fieldsOf(kind).map(({ path }) => path);
  return Object.fromEntries(
    Object.entries(values).filter(([path]) => common.includes(path) && paths.includes(path)),
  );
}
