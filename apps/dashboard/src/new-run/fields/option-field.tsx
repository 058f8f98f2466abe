import type { OptionDescription } from "@fedloom/protocol";
import { type ReactNode, useState } from "react";
import { CheckField, SelectField, TextAreaField, TextField } from "../../ui/field.js";
import { problemOf, rangeToTell } from "../config/option-problem.js";
import { textOf, valueOfText } from "../config/option-text.js";

export interface OptionFieldProps {
  description: OptionDescription;
  /** Path in the config, by which problems find their field. */
  name: string;
  label: string;
  /** What it does, where that is put better than in the description. */
  about?: ReactNode;
  /** Undefined where it is as usual. */
  value: unknown;
  onChange: (value: unknown) => void;
  problem?: string | undefined;
  /** What stands in the empty field. */
  placeholder?: string | undefined;
  /** What the choice of nothing is called. */
  unset?: string;
}

/** The field of any option, as its description asks for it. */
export function OptionField(props: OptionFieldProps) {
  switch (props.description.kind) {
    case "boolean":
      return <BooleanField {...props} />;
    case "choice":
      return <ChoiceField {...props} />;
    default:
      return <WrittenField {...props} />;
  }
}

function BooleanField({ description, name, label, about, value, onChange, problem }: OptionFieldProps) {
  const usual = description.default === true;
  return (
    <CheckField
      name={name}
      label={label}
      help={about ?? description.about}
      problem={problem}
      checked={typeof value === "boolean" ? value : usual}
      onChange={({ target: { checked } }) => onChange(checked === usual ? undefined : checked)}
    />
  );
}

function ChoiceField(props: OptionFieldProps) {
  const { description, name, label, about, value, onChange, problem } = props;
  const { choices = [], default: usual } = description;
  const shown = textOf(description, value ?? usual);
  const unset = props.unset ?? (description.is_required ? "Choose one" : "Not set");
  return (
    <SelectField
      name={name}
      label={label}
      help={about ?? description.about}
      problem={problem ?? (value === undefined ? undefined : problemOf(description, value))}
      value={shown}
      onChange={({ target }) =>
        onChange(target.value === "" || target.value === usual ? undefined : target.value)
      }
    >
      {usual === undefined && <option value="">{unset}</option>}
      {shown !== "" && !choices.includes(shown) && <option value={shown}>{shown}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </SelectField>
  );
}

/** Numbers, texts, lists and objects. */
function WrittenField(props: OptionFieldProps) {
  const { description, name, label, about, value, onChange, problem, placeholder } = props;
  const { kind, default: usual, example } = description;
  // What is being typed stays as it is until the field is left: "1e" is on the way to "1e-3".
  const [typed, setTyped] = useState<string>();
  const stored = textOf(description, value ?? (isEmpty(usual) ? undefined : usual));
  const range = rangeToTell(description);
  const control = {
    name,
    label,
    help: (
      <>
        {about ?? description.about}
        {range && ` ${range.charAt(0).toUpperCase()}${range.slice(1)}.`}
      </>
    ),
    problem:
      problem ?? (typed === undefined && value !== undefined ? problemOf(description, value) : undefined),
    value: typed ?? stored,
    placeholder: placeholder ?? (example === undefined ? undefined : textOf(description, example)),
    onBlur: () => setTyped(undefined),
    autoComplete: "off",
    // Names and paths, which no dictionary knows.
    spellCheck: false,
    onChange: ({ target }: { target: { value: string } }) => {
      setTyped(target.value);
      const next = valueOfText(description, target.value);
      onChange(JSON.stringify(next) === JSON.stringify(usual) ? undefined : next);
    },
  };
  if (kind === "object") return <TextAreaField {...control} rows={3} />;
  const inputMode = kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined;
  return <TextField {...control} inputMode={inputMode} />;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
