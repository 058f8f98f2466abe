import { SelectField } from "../../ui/field.js";
import { describeRecommended } from "../config/describe-recommended.js";
import { described } from "../config/described-options.js";
import { useRunForm } from "../form-context.js";

/** What is trained. */
export function ModelField() {
  const { config, catalog, problems, set } = useRunForm();
  const model = described(catalog.models, config.model);
  return (
    <SelectField
      name="model"
      label="Model"
      help={
        model
          ? `It recommends ${describeRecommended(model.recommended)}.`
          : "The server takes one that fits the samples."
      }
      problem={problems.model}
      value={String(config.model ?? "")}
      onChange={({ target }) => set("model", target.value || undefined)}
    >
      <option value="">One that fits the data</option>
      {config.model !== undefined && !model && (
        <option value={String(config.model)}>{String(config.model)}</option>
      )}
      {catalog.models.map(({ name, title }) => (
        <option key={name} value={name}>
          {name}: {title}
        </option>
      ))}
    </SelectField>
  );
}
