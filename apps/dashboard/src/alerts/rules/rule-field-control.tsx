import { hostAlertMetrics } from "@fedloom/protocol";
import { CheckField, SelectField, TextAreaField, TextField } from "../../ui/field.js";
import { ChoicesField } from "../choices-field.js";
import type { RuleField } from "./rule-fields.js";
import type { FormValues } from "./rule-form.js";
import { fieldLabel, optionLabel } from "./rule-words.js";

export interface RuleFieldControlProps {
  field: RuleField;
  value: FormValues[string];
  onChange: (value: FormValues[string]) => void;
  /** Figures of machines are a known few; those of runs are not. */
  isOfHost: boolean;
  problem: string | undefined;
}

/** The control of one field of a rule, as its schema wants it. */
export function RuleFieldControl({ field, value, onChange, isOfHost, problem }: RuleFieldControlProps) {
  const { path, control, options, isOptional, help } = field;
  const text = typeof value === "string" ? value : "";
  const shared = { label: fieldLabel(path), name: path, help: help && sentence(help), problem };
  const asText = { ...shared, value: text, autoComplete: "off", spellCheck: false };
  if (path === "metric" && isOfHost) {
    return (
      <SelectField {...shared} value={text} onChange={(event) => onChange(event.target.value)}>
        {text === "" && <option value="">Choose one</option>}
        {[...new Set([...hostAlertMetrics, ...(text ? [text] : [])])].map((metric) => (
          <option key={metric}>{metric}</option>
        ))}
      </SelectField>
    );
  }
  switch (control) {
    case "switch":
      return (
        <CheckField
          {...shared}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    case "choice":
      return (
        <SelectField {...shared} value={text} onChange={(event) => onChange(event.target.value)}>
          {isOptional && field.initial === undefined && <option value="">Any</option>}
          {options.map((option) => (
            <option key={option} value={option}>
              {optionLabel(option)}
            </option>
          ))}
        </SelectField>
      );
    case "choices":
      return (
        <ChoicesField
          {...shared}
          options={options.map((option) => ({ value: option, label: option }))}
          chosen={Array.isArray(value) ? value : []}
          onChange={onChange}
        />
      );
    case "labels":
      return (
        <TextAreaField
          {...asText}
          rows={2}
          help={`${shared.help ?? ""} One a line, such as team=lungs.`}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "names":
      return (
        <TextField
          {...asText}
          help={`${shared.help ?? ""} Several with commas between.`}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <TextField
          {...asText}
          {...(control === "number" && { inputMode: "decimal" as const })}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
