import { useState } from "react";
import { SelectField } from "../../ui/field.js";
import { formatCountOf } from "../../ui/format.js";
import { chosen, described } from "../config/described-options.js";
import { aboutOf } from "../config/field-words.js";
import { keptOptions } from "../config/group-options.js";
import { ConfigField } from "../fields/config-field.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { OptionFields } from "../fields/option-fields.js";
import { useRunForm } from "../form-context.js";
import { PartitionPanel } from "../partition/partition-panel.js";
import { Section } from "./section.js";

/** An option of some partitions that has a field of its own. */
const ALPHA = "dirichlet_alpha";

/** Who takes part, and who holds what. */
export function ClientsSection() {
  const { config, catalog, problems, change } = useRunForm();
  const [isWanted, setWanted] = useState(false);
  const partition = described(catalog.partitions, chosen(config, "partition"));
  const options = partition?.options ?? [];
  const alpha = options.find(({ name }) => name === ALPHA);
  const take = (name: string) =>
    change((draft) => {
      const { partition_options, ...rest } = draft.config;
      const kept = keptOptions(partition_options, described(catalog.partitions, name)?.options ?? []);
      return {
        ...draft,
        config: { ...rest, partition: name, ...(kept && { partition_options: kept }) },
      };
    });
  return (
    <Section
      title="Clients"
      summary={`${formatCountOf(Number(chosen(config, "num_clients")), "client")}, ${partition?.title ?? ""}`}
      onOpen={() => setWanted(true)}
    >
      <Fields>
        <ConfigField name="num_clients" />
        <SelectField
          name="partition"
          label="Partition"
          help={partition && aboutOf("partition", partition.about)}
          problem={problems.partition}
          value={String(chosen(config, "partition"))}
          onChange={({ target }) => take(target.value)}
        >
          {catalog.partitions.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </SelectField>
        {alpha && <ConfigField name={ALPHA} about={alpha.about} />}
        <OptionFields
          path="partition_options"
          options={options.filter(({ name }) => name !== ALPHA && name !== "alpha")}
        />
      </Fields>
      <FieldsProblem name="partition_options" problem={problems.partition_options} />
      {isWanted && <PartitionPanel />}
    </Section>
  );
}
