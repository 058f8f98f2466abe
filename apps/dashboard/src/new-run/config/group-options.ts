import type { OptionDescription } from "@fedloom/protocol";
import type { WireConfig } from "./wire-config.js";

/** Options by the object within the options that holds them; those of the options themselves stand under "". */
export function groupOptions(options: readonly OptionDescription[]): Map<string, OptionDescription[]> {
  const groups = new Map<string, OptionDescription[]>();
  for (const option of options) {
    const group = option.name.slice(0, Math.max(0, option.name.lastIndexOf(".")));
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return groups;
}

/** What is held beside the described options. */
export function withoutOptions(held: WireConfig, options: readonly { name: string }[]): WireConfig {
  return withoutKeys(held, options.map(firstKey));
}

/** Options that what is newly chosen has too; undefined when there are none. */
export function keptOptions(held: unknown, options: readonly { name: string }[]): WireConfig | undefined {
  const known = options.map(firstKey);
  const kept = Object.entries((held ?? {}) as WireConfig).filter(([name]) => known.includes(name));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

export function withoutKeys(held: WireConfig, keys: readonly string[]): WireConfig {
  return Object.fromEntries(Object.entries(held).filter(([name]) => !keys.includes(name)));
}

function firstKey({ name }: { name: string }): string {
  return name.split(".")[0] ?? name;
}
