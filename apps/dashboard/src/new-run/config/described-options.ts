import type { Catalog, OptionDescription } from "@fedloom/protocol";
import { describeFields } from "./describe-schema.js";
import { unusedFields } from "./draft.js";
import { usualValue, valueAt, type WireConfig } from "./wire-config.js";

/** Options that stand together in a config. */
export interface DescribedOptions {
  /** Of the object that holds them; empty for the config itself. */
  path: string;
  options: readonly OptionDescription[];
}

/** Fields of objects that the config's schema spells out. */
const NESTED = ["early_stopping", "optimizer"];

/** Everything that a config of this kind can hold and that is described somewhere. */
export function describedOptions(config: WireConfig, catalog: Catalog): DescribedOptions[] {
  const unused = unusedFields(config.mode);
  const fields = describeFields(catalog.run_config).filter(({ name }) => !unused.includes(name));
  const groups = [
    { path: "", options: fields },
    ...NESTED.filter((path) => config[path] !== undefined).map((path) => ({
      path,
      options: fieldsOf(catalog, path),
    })),
  ];
  if (config.mode === "centralized") return groups;
  return [
    ...groups,
    {
      path: "strategy_options",
      options: described(catalog.strategies, chosen(config, "strategy"))?.options ?? [],
    },
    {
      path: "partition_options",
      options: described(catalog.partitions, chosen(config, "partition"))?.options ?? [],
    },
    ...hooksOf(config).map(({ name }, i) => ({
      path: `hooks.${i}.options`,
      options: described(catalog.hooks, name)?.options ?? [],
    })),
  ];
}

/** Fields of an object in the config, such as `early_stopping`. */
export function fieldsOf(catalog: Catalog, field: string): OptionDescription[] {
  const { properties } = catalog.run_config as { properties?: Record<string, unknown> };
  return describeFields(properties?.[field]);
}

/** What is chosen by name, by the reader or by default. */
export function chosen(config: WireConfig, field: string): unknown {
  return config[field] ?? usualValue(field);
}

/** The entry of this name, if the server has it. */
export function described<Entry extends { name: string }>(
  entries: readonly Entry[],
  name: unknown,
): Entry | undefined {
  return entries.find((entry) => entry.name === name);
}

/** A hook as it stands in a config. */
export interface HookConfig {
  name: string;
  options?: WireConfig;
}

/** The hooks of a config, in its order. */
export function hooksOf(config: WireConfig): readonly HookConfig[] {
  const hooks = valueAt(config, "hooks");
  return Array.isArray(hooks) ? hooks : [];
}
