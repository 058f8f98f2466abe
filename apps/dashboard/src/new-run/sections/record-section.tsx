import { TextAreaField } from "../../ui/field.js";
import { chosen } from "../config/described-options.js";
import { aboutOf, labelOf } from "../config/field-words.js";
import { ConfigField } from "../fields/config-field.js";
import { Fields } from "../fields/fields.js";
import { useRunForm } from "../form-context.js";
import { Section } from "./section.js";

/** What makes the run the same again, and by what it is found. */
export function RecordSection() {
  const { config, problems, set } = useRunForm();
  return (
    <Section
      title="Seed and notes"
      summary={`Seed ${chosen(config, "seed")}, engine ${chosen(config, "engine")}`}
    >
      <Fields>
        <ConfigField name="seed" />
        <ConfigField name="engine" />
        <ConfigField name="project" />
        <ConfigField name="tags" placeholder="baseline, site A" />
      </Fields>
      <TextAreaField
        name="notes"
        label={labelOf("notes")}
        help={aboutOf("notes", "")}
        rows={3}
        problem={problems.notes}
        value={String(chosen(config, "notes"))}
        onChange={({ target }) => set("notes", target.value || undefined)}
      />
    </Section>
  );
}
