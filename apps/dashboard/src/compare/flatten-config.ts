/** Fields of a config by their paths, such as `strategy_options.mu`, with their values as JSON text. */
export function flattenConfig(config: Readonly<Record<string, unknown>>): Map<string, string> {
  return new Map(Object.entries(config).flatMap(([key, value]) => fieldsOf(key, value)));
}

function fieldsOf(path: string, value: unknown): [string, string][] {
  if (isObject(value))
    return Object.entries(value).flatMap(([key, each]) => fieldsOf(`${path}.${key}`, each));
  if (!Array.isArray(value) || !value.some(isObject)) return [[path, JSON.stringify(value) ?? ""]];
  return value.flatMap((entry, i) => fieldsOfEntry(`${path}[${i + 1}]`, entry));
}

/** An entry with a name, such as a hook, is told by the name and its options below it. */
function fieldsOfEntry(path: string, entry: unknown): [string, string][] {
  if (!isObject(entry) || typeof entry.name !== "string") return fieldsOf(path, entry);
  const { name, options, ...rest } = entry;
  const parts = isObject(options) ? { ...options, ...rest } : rest;
  return [[path, JSON.stringify(name)], ...fieldsOf(path, parts)];
}

export interface ConfigRow {
  field: string;
  /** One for each run, in order; undefined where it does not have the field. */
  values: (string | undefined)[];
  isDifferent: boolean;
}

/** Configs beside each other, field by field in the order of the alphabet. */
export function configRows(configs: readonly Readonly<Record<string, unknown>>[]): ConfigRow[] {
  const flat = configs.map(flattenConfig);
  const fields = [...new Set(flat.flatMap((each) => [...each.keys()]))].sort();
  return fields.map((field) => {
    const values = flat.map((each) => each.get(field));
    return { field, values, isDifferent: new Set(values).size > 1 };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
