import { unusedFields } from "../../new-run/config/draft.js";
import { labelOf } from "../../new-run/config/field-words.js";
import { type WireConfig, withoutDefaults } from "../../new-run/config/wire-config.js";

/** One setting of a run, to be read. */
export interface Setting {
  /** Path in the config, such as `hooks.0`. */
  path: string;
  label: string;
  text: string;
  group: SettingGroup;
  /** Whether it is what a run has that says nothing of it. */
  isUsual: boolean;
}

export const settingGroups = [
  "Run",
  "Data and model",
  "Clients",
  "Strategy",
  "Training",
  "Stopping",
  "Others",
] as const;
export type SettingGroup = (typeof settingGroups)[number];

const FIELDS: Readonly<Record<Exclude<SettingGroup, "Others">, readonly string[]>> = {
  Run: ["mode", "num_rounds", "num_epochs", "seed", "engine"],
  "Data and model": ["data", "data_path", "data_options", "model"],
  Clients: ["num_clients", "partition", "dirichlet_alpha", "partition_options", "holdout"],
  Strategy: ["strategy", "strategy_options", "hooks", "privacy_delta"],
  Training: ["local_epochs", "batch_size", "learning_rate", "learning_rate_schedule", "optimizer", "augment"],
  Stopping: ["early_stopping", "quorum", "deadline_ms"],
};

/** May have been changed since, and are shown as they are now. */
const LABELS = ["project", "experiment_name", "tags", "notes"];

/** What a run was set up with, in the order of the form; what its mode has no use for is left out. */
export function settingsOf(config: WireConfig): Setting[] {
  const hidden = [...LABELS, ...unusedFields(config.mode)];
  const unusual = withoutDefaults(config);
  const settings = Object.entries(config)
    .filter(([field, value]) => !hidden.includes(field) && value !== undefined && value !== null)
    .flatMap(([field, value]) => {
      const about = { group: groupOf(field), isUsual: !Object.hasOwn(unusual, field) };
      if (field === "hooks" && Array.isArray(value)) return value.map((hook, i) => hookOf(hook, i, about));
      return [{ ...about, path: field, label: labelOf(field), text: textOf(value) }];
    });
  const place = ({ path, group }: Setting) =>
    settingGroups.indexOf(group) * 100 +
    (group === "Others" ? 0 : FIELDS[group].indexOf(path.split(".")[0] ?? ""));
  return settings.sort((one, other) => place(one) - place(other));
}

function groupOf(field: string): SettingGroup {
  const found = Object.entries(FIELDS).find(([, fields]) => fields.includes(field));
  return (found?.[0] as SettingGroup | undefined) ?? "Others";
}

function hookOf(hook: unknown, i: number, about: Pick<Setting, "group" | "isUsual">): Setting {
  const { name, options } = (hook ?? {}) as { name?: unknown; options?: unknown };
  const text = [String(name), options === undefined ? "" : textOf(options)].filter(Boolean).join(": ");
  return { ...about, path: `hooks.${i}`, label: `Hook ${i + 1}`, text };
}

function textOf(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value === "" || (Array.isArray(value) && value.length === 0)) return "none";
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, entry]) => {
      const isNested = typeof entry === "object" && entry !== null && !Array.isArray(entry);
      return `${name.replaceAll("_", " ")} ${isNested ? `(${textOf(entry)})` : textOf(entry)}`;
    })
    .join(", ");
}
