import { alertSeverity } from "@fedloom/protocol";
import type { KeptRule } from "../../api/alert-rules.js";
import { TextAreaField, TextField } from "../../ui/field.js";
import { ChoicesField } from "../choices-field.js";
import type { MatcherValues } from "./matcher-form.js";

const TEXTS = [
  { name: "hosts", label: "Machines", help: "Several with commas between; * stands for any characters." },
  { name: "runs", label: "Runs, by their ids", help: undefined },
  { name: "projects", label: "Projects", help: undefined },
  { name: "sources", label: "Announced by", help: "Alerts of rules have the source fedloom." },
] as const;

export interface MatcherFieldsProps {
  values: MatcherValues;
  onChange: (values: MatcherValues) => void;
  rules: readonly KeptRule[];
  /** A field that was refused, by its wire name, and why. */
  problem: { field: string; message: string } | undefined;
}

/** Which alerts are meant: those that fit all that is given. */
export function MatcherFields({ values, onChange, rules, problem }: MatcherFieldsProps) {
  const change = (changes: Partial<MatcherValues>) => onChange({ ...values, ...changes });
  const problemOf = (name: keyof MatcherValues) =>
    problem && new RegExp(`^matcher\\.${name}(\\.|$)`).test(problem.field) ? problem.message : undefined;
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <ChoicesField
        label="Severity"
        options={alertSeverity.options.map((each) => ({ value: each, label: each }))}
        chosen={values.severities}
        onChange={(severities) => change({ severities })}
        help="Any when none is chosen."
        problem={problemOf("severities")}
      />
      <ChoicesField
        label="Rules"
        isList
        options={rules.map(({ ruleId, rule }) => ({ value: ruleId, label: rule.name }))}
        chosen={values.rule_ids}
        onChange={(rule_ids) => change({ rule_ids })}
        help="Any when none is chosen."
        problem={problemOf("rule_ids")}
      />
      {TEXTS.map(({ name, label, help }) => (
        <TextField
          key={name}
          label={label}
          name={`matcher.${name}`}
          value={values[name]}
          onChange={(event) => change({ [name]: event.target.value })}
          autoComplete="off"
          spellCheck={false}
          help={help}
          problem={problemOf(name)}
        />
      ))}
      <TextAreaField
        label="Labels"
        name="matcher.labels"
        rows={2}
        value={values.labels}
        onChange={(event) => change({ labels: event.target.value })}
        spellCheck={false}
        help="One a line, such as team=lungs; * stands for any characters."
        problem={problemOf("labels")}
      />
    </div>
  );
}
