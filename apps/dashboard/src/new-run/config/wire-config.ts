import { runConfig } from "@fedloom/protocol";

/** A run's config as `POST /api/runs` takes it, or on its way there. */
export type WireConfig = Readonly<Record<string, unknown>>;

/** The value at a path such as `hooks.1.options.max_norm`. */
export function valueAt(config: WireConfig, path: string): unknown {
  let value: unknown = config;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The config with another value at a path; undefined takes it out, and options of which none are left. */
export function withValue(config: WireConfig, path: string, value: unknown): WireConfig {
  return changed(config, { keys: path.split("."), value, isOption: false }) as WireConfig;
}

/** The config without what it would be anyway. */
export function withoutDefaults(config: WireConfig): WireConfig {
  return without(config, usual);
}

/** What fields are when nothing is said of them. */
export function usualValue(path: string): unknown {
  return valueAt(usual, path);
}

const usual = readUsual();

function readUsual(): WireConfig {
  const decoded = runConfig.decode({ early_stopping: { patience: 1 } });
  if (!decoded.ok) throw decoded.error;
  return withValue(runConfig.toWire(decoded.value), "early_stopping.patience", undefined);
}

function without(value: WireConfig, defaults: WireConfig): WireConfig {
  const kept = Object.entries(value).flatMap(([key, entry]) => {
    const other = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    if (isObject(entry) && isObject(other)) return [[key, without(entry, other)]];
    return JSON.stringify(entry) === JSON.stringify(other) ? [] : [[key, entry]];
  });
  return Object.fromEntries(kept);
}

function changed(
  at: unknown,
  { keys: [key = "", ...keys], value, isOption }: { keys: string[]; value: unknown; isOption: boolean },
): unknown {
  const isWithin = isOption || key.endsWith("options");
  const next = (before: unknown) =>
    keys.length === 0 ? value : changed(before, { keys, value, isOption: isWithin });
  if (Array.isArray(at)) return at.map((entry, i) => (String(i) === key ? next(entry) : entry));
  const object = isObject(at) ? at : {};
  const { [key]: before, ...others } = object;
  const after = next(before);
  const isEmpty = isWithin && isObject(after) && Object.keys(after).length === 0;
  // In its old place, so that code does not jump while a field is typed in.
  return after === undefined || isEmpty ? others : { ...object, [key]: after };
}

function isObject(value: unknown): value is WireConfig {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
