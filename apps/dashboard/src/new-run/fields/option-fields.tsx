import type { OptionDescription } from "@fedloom/protocol";
import { useState } from "react";
import { aboutOf, labelOf } from "../config/field-words.js";
import { groupOptions, withoutKeys, withoutOptions } from "../config/group-options.js";
import { valueAt, type WireConfig } from "../config/wire-config.js";
import { useRunForm } from "../form-context.js";
import { Fields } from "./fields.js";
import { OptionField } from "./option-field.js";

export interface OptionFieldsProps {
  /** Of the object that holds them, such as `strategy_options`. */
  path: string;
  options: readonly OptionDescription[];
}

/** The described options of something that is chosen by name, and what else its object holds. */
export function OptionFields({ path, options }: OptionFieldsProps) {
  const { config, problems, set } = useRunForm();
  const held = (valueAt(config, path) ?? {}) as WireConfig;
  const others = withoutOptions(held, options);
  const groups = groupOptions(options);
  return (
    <>
      {(groups.get("") ?? []).map((option) => (
        <DescribedField key={option.name} name={`${path}.${option.name}`} option={option} />
      ))}
      {[...groups].map(
        ([group, members]) =>
          group !== "" && <OptionGroup key={group} path={path} group={group} members={members} />,
      )}
      {Object.keys(others).length > 0 && (
        <OptionField
          name={`${path}.others`}
          description={OTHERS}
          label="Other options, as JSON"
          value={others}
          onChange={(value) =>
            typeof value === "string" ||
            set(path, { ...withoutKeys(held, Object.keys(others)), ...(value as WireConfig | undefined) })
          }
          problem={problems[`${path}.others`]}
        />
      )}
    </>
  );
}

const OTHERS = {
  name: "others",
  kind: "object",
  about: "What no field above stands for.",
  is_required: false,
} as const;

interface OptionGroupProps {
  path: string;
  /** Name of the object that holds them, such as `selection`. */
  group: string;
  members: readonly OptionDescription[];
}

/** Options of an object within the options: closed where they are neither needed nor set. */
function OptionGroup({ path, group, members }: OptionGroupProps) {
  const { config } = useRunForm();
  const isNeeded = members.some((option) => option.is_required);
  const [isOpen] = useState(isNeeded || valueAt(config, `${path}.${group}`) !== undefined);
  return (
    <details open={isOpen} className="min-w-0 rounded-md border border-line p-3 sm:col-span-full sm:p-4">
      <summary className="font-medium text-sm">{labelOf(group)}</summary>
      <div className="mt-3">
        <Fields>
          {members.map((option) => (
            <DescribedField key={option.name} name={`${path}.${option.name}`} option={option} />
          ))}
        </Fields>
      </div>
    </details>
  );
}

function DescribedField({ name, option }: { name: string; option: OptionDescription }) {
  const { config, problems, set } = useRunForm();
  return (
    <OptionField
      name={name}
      description={option}
      label={labelOf(name)}
      about={aboutOf(name, option.about)}
      value={valueAt(config, name)}
      onChange={(value) => set(name, value)}
      problem={problems[name]}
    />
  );
}
