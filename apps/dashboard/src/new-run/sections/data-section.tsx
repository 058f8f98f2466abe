import { Choice } from "../../ui/choice.js";
import { SelectField } from "../../ui/field.js";
import { Panel } from "../../ui/panel.js";
import { described } from "../config/described-options.js";
import type { DataSource } from "../config/draft.js";
import { Fields } from "../fields/fields.js";
import { useRunForm } from "../form-context.js";
import { DataOptions } from "./data-options.js";
import { DataUpload } from "./data-upload.js";
import { ModelField } from "./model-field.js";
import { PathField } from "./path-field.js";

const SOURCES: readonly { value: DataSource; label: string }[] = [
  { value: "made-up", label: "Made up" },
  { value: "path", label: "On the server" },
  { value: "upload", label: "Upload a file" },
];

/** What is trained, and on what. */
export function DataSection() {
  const { draft, change, tell } = useRunForm();
  const take = (source: DataSource) => {
    tell({});
    change(({ config: { data, data_path, data_options, ...config } }) => ({ config, source }));
  };
  return (
    <Panel title="Data and model">
      <div className="space-y-4">
        <Choice
          label="Where the samples come from"
          options={SOURCES}
          value={draft.source}
          onChange={(source) => source !== draft.source && take(source)}
        />
        {draft.source === "upload" && <DataUpload />}
        <Fields>
          {draft.source === "made-up" && <MadeUpField />}
          {draft.source === "path" && <PathField />}
          <ModelField />
        </Fields>
        <DataOptions />
      </div>
    </Panel>
  );
}

function MadeUpField() {
  const { config, catalog, problems, change } = useRunForm();
  const sets = catalog.data.made_up;
  const shown = described(sets, config.data) ?? sets[0];
  return (
    <SelectField
      name="data"
      label="Made-up data set"
      help={shown?.about}
      problem={problems.data}
      value={shown?.name}
      onChange={({ target }) =>
        change(({ config: { data_options, ...rest }, source }) => ({
          config: { ...rest, data: target.value },
          source,
        }))
      }
    >
      {sets.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </SelectField>
  );
}
