import { describeFields } from "../config/describe-schema.js";
import { fieldsOf } from "../config/described-options.js";
import { aboutOf, labelOf } from "../config/field-words.js";
import { valueAt } from "../config/wire-config.js";
import { useRunForm } from "../form-context.js";
import { OptionField } from "./option-field.js";

export interface ConfigFieldProps {
  /** Of the config's schema, such as `num_rounds` or `early_stopping.patience`. */
  name: string;
  placeholder?: string | undefined;
  unset?: string;
  /** In the place of the schema's words. */
  about?: string;
}

/** A field of the config itself, as the schema describes it; nothing where this server has no such field. */
export function ConfigField({ name, placeholder, unset, about }: ConfigFieldProps) {
  const { catalog, config, problems, set } = useRunForm();
  const [field = "", nested] = name.split(".");
  const described = nested === undefined ? describeFields(catalog.run_config) : fieldsOf(catalog, field);
  const description = described.find((option) => option.name === (nested ?? field));
  if (!description) return null;
  return (
    <OptionField
      name={name}
      description={description}
      label={labelOf(name)}
      about={about ?? aboutOf(name, description.about)}
      value={valueAt(config, name)}
      onChange={(value) => set(name, value)}
      problem={problems[name]}
      placeholder={placeholder}
      {...(unset !== undefined && { unset })}
    />
  );
}
