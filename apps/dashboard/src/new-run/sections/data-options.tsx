import { SelectField, TextField } from "../../ui/field.js";
import { valueAt, type WireConfig } from "../config/wire-config.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { OptionField } from "../fields/option-field.js";
import { useRunForm } from "../form-context.js";

const OTHERS = {
  name: "data_options",
  kind: "object",
  about: "What else the data set takes, as JSON.",
  is_required: false,
} as const;

/** How a file or folder of samples is read, or how many samples are made up. */
export function DataOptions() {
  const { draft, config, catalog, problems, change } = useRunForm();
  const { kind, label, ...others } = (valueAt(config, "data_options") ?? {}) as WireConfig;
  const isFile = draft.source !== "made-up";
  const isTable =
    kind === "csv" || (kind === undefined && /\.(csv|tsv)$/i.test(String(config.data_path ?? "")));
  const put = (options: WireConfig) => {
    const filled = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    // Options are of a kind, which the server wants to be told beside them.
    const told = isTable && Object.keys(filled).length > 0 ? { kind: "csv", ...filled } : filled;
    change((before) => {
      const { data_options: _, ...rest } = before.config;
      return { ...before, config: Object.keys(told).length > 0 ? { ...rest, data_options: told } : rest };
    });
  };
  return (
    <details className="group">
      <summary className="w-fit text-accent text-sm hover:underline">
        {isFile ? "How the data are read" : "Options of the data"}
      </summary>
      <div className="mt-3 space-y-4">
        <FieldsProblem name="data_options" problem={problems.data_options} />
        <Fields>
          {isFile && (
            <SelectField
              name="data_options.kind"
              label="Kind"
              help="Found by what is in the file, unless it is said here."
              problem={problems["data_options.kind"]}
              value={typeof kind === "string" ? kind : ""}
              onChange={({ target }) => put({ label, ...others, kind: target.value || undefined })}
            >
              <option value="">As found</option>
              {catalog.data.files.map(({ kind: name, description }) => (
                <option key={name} value={name}>
                  {description}
                </option>
              ))}
            </SelectField>
          )}
          {(isTable || label !== undefined) && (
            <TextField
              name="data_options.label"
              label="Label column"
              help="Name of the column to predict; the last one when empty."
              problem={problems["data_options.label"]}
              value={label === undefined ? "" : String(label)}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => put({ ...others, kind, label: target.value || undefined })}
            />
          )}
          <OptionField
            name="data_options.others"
            description={OTHERS}
            label="Other options of the data"
            placeholder={isFile ? '{"kind": "csv", "standardize": true}' : '{"num_train": 1000}'}
            value={Object.keys(others).length > 0 ? others : undefined}
            onChange={(value) =>
              typeof value === "string" || put({ ...(value as WireConfig | undefined), kind, label })
            }
          />
        </Fields>
      </div>
    </details>
  );
}
