import type { OptionDescription as Described, Description, OptionDescriptions } from "@fedloom/fl-strategy";
import { type OptionDescription, toSnakeCase } from "@fedloom/protocol";

type Named = { name: string } & Pick<Description, "title" | "about"> & { options: OptionDescription[] };

/** What can be chosen by name, with its options as the API takes them. */
export function wireDescription(name: string, { title, about, options }: Description): Named {
  return { name, title, about, options: describeOptions(options) };
}

/** Options in a list, those within objects among them: `fraction` of `selection` is `selection.fraction`. */
function describeOptions(
  options: OptionDescriptions,
  within: { path: string; isRequired: boolean } = { path: "", isRequired: true },
): OptionDescription[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const path = within.path + toSnakeCase(name);
    const isRequired = within.isRequired && option.isRequired === true;
    if (option.options) return describeOptions(option.options, { path: `${path}.`, isRequired });
    return [{ name: path, ...fieldsOf(option), is_required: isRequired }];
  });
}

function fieldsOf({ isRequired: _, isAboveMin, isBelowMax, choices, options: __, ...same }: Described) {
  return {
    ...same,
    ...(isAboveMin && { is_above_min: true }),
    ...(isBelowMax && { is_below_max: true }),
    ...(choices && { choices: [...choices] }),
  };
}
