import { z } from "zod";
import { type Decoded, ProtocolError } from "./errors.js";
import { metricValue, optionTree } from "./fields.js";

type Shape = Record<string, z.ZodType>;
type ValueOf<S extends Shape> = z.output<z.ZodObject<S>>;
type InputOf<S extends Shape> = z.input<z.ZodObject<S>>;

/** An object with camelCase names in TypeScript and snake_case names on the wire. */
export interface WireObject<S extends Shape> {
  /** Schema of the wire form. */
  readonly wireSchema: z.ZodObject;
  /** Checks the wire form and keeps it as it is, less unknown fields. */
  check(input: unknown): Decoded<Record<string, unknown>>;
  /** Checks the wire form and gives it camelCase names. */
  decode(input: unknown): Decoded<ValueOf<S>>;
  /** Gives an already checked wire form camelCase names. */
  fromWire(wire: Record<string, unknown>): ValueOf<S>;
  /** Gives a value wire names; does not check it. */
  toWire(value: InputOf<S>): Record<string, unknown>;
}

export type ValueOfWireObject<O> = O extends WireObject<infer S> ? ValueOf<S> : never;
export type InputOfWireObject<O> = O extends WireObject<infer S> ? InputOf<S> : never;

/**
 * Defines an object by its TypeScript names; the only place that maps between camelCase and snake_case.
 * Keys of maps (`z.record`: metrics, labels) are data and stay as they are.
 */
export function defineWireObject<S extends Shape>(
  shape: S,
  options: { unknownFields?: "drop" | "refuse" } = {},
): WireObject<S> {
  const fields = Object.keys(shape).map((camel) => ({
    camel,
    snake: toSnakeCase(camel),
    convert: conversionOf(shape[camel] as z.ZodType),
  }));
  const wireShape = wireShapeOf(shape);
  const wireSchema = options.unknownFields === "refuse" ? z.strictObject(wireShape) : z.object(wireShape);

  const check = (input: unknown): Decoded<Record<string, unknown>> => {
    const result = wireSchema.safeParse(input);
    if (result.success) return { ok: true, value: result.data };
    return { ok: false, error: describeIssue(result.error, input) };
  };

  const fromWire = (wire: Record<string, unknown>): ValueOf<S> => {
    const value: Record<string, unknown> = {};
    for (const { camel, snake, convert } of fields) {
      const field = wire[snake];
      if (field !== undefined) value[camel] = convert.fromWire(field);
    }
    return value as ValueOf<S>;
  };

  return {
    wireSchema,
    check,
    fromWire,
    decode(input) {
      const checked = check(input);
      return checked.ok ? { ok: true, value: fromWire(checked.value) } : checked;
    },
    toWire(value) {
      const wire: Record<string, unknown> = {};
      for (const { camel, snake, convert } of fields) {
        const field = (value as Record<string, unknown>)[camel];
        if (field !== undefined) wire[snake] = convert.toWire(field);
      }
      return wire;
    },
  };
}

/** Turns zod's first complaint into one sentence that names field, expected and received. */
export function describeIssue(error: z.ZodError, input: unknown): ProtocolError {
  const issue = error.issues[0];
  if (!issue) return new ProtocolError("invalid_data", "invalid data", { cause: error });
  const unknownKeys = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : undefined;
  const field = [...issue.path.map(String), ...(unknownKeys ? [unknownKeys] : [])].join(".") || "(root)";
  const received = unknownKeys ? "an unknown field" : preview(valueAt(input, issue.path));
  const expected = unknownKeys ? "only known fields" : expectation(issue);
  return new ProtocolError("invalid_data", `${field}: expected ${expected}, received ${received}`, {
    field,
    expected,
    received,
    cause: error,
  });
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_format":
      return issue.message.replace(/^expected /, "").replace(/^Invalid /, "a valid ");
    default:
      return issue.message.replace(/^expected /, "");
  }
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  if (origin === "array" || origin === "record") return " entries";
  return "";
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function preview(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

interface Conversion {
  fromWire(value: unknown): unknown;
  toWire(value: unknown): unknown;
}

const KEEP: Conversion = { fromWire: (value) => value, toWire: (value) => value };
const METRIC: Conversion = { fromWire: readNumber, toWire: writeNumber };
const METRICS: Conversion = {
  fromWire: (map) => mapValues(map as Record<string, unknown>, readNumber),
  toWire: (map) => mapValues(map as Record<string, unknown>, writeNumber),
};
/** Labels are the user's, wherever they stand. */
const NESTED: Conversion = {
  fromWire: (value) => renameDeep(value, toCamelCase, "labels"),
  toWire: (value) => renameDeep(value, toSnakeCase, "labels"),
};

/** Names of options are ours, labels that clients are selected by are the user's. */
const OPTIONS: Conversion = {
  fromWire: (value) => renameDeep(value, toCamelCase, "where"),
  toWire: (value) => renameDeep(value, toSnakeCase, "where"),
};

function conversionOf(schema: z.ZodType): Conversion {
  const inner = unwrap(schema);
  if (inner === metricValue) return METRIC;
  if (inner === optionTree) return OPTIONS;
  if (inner instanceof z.ZodRecord) return inner.valueType === metricValue ? METRICS : KEEP;
  if (inner instanceof z.ZodObject) return holdsMetric(inner) ? byFields(inner) : NESTED;
  if (inner instanceof z.ZodArray) {
    return holdsMetric(inner) ? byItems(conversionOf(inner.element as z.ZodType)) : NESTED;
  }
  return KEEP;
}

/** Whether a metric's value, or a map of them, stands anywhere below. */
function holdsMetric(schema: z.ZodType): boolean {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return holdsMetric(inner.element as z.ZodType);
  if (inner instanceof z.ZodObject) return Object.values(inner.shape as Shape).some(holdsMetric);
  return inner === metricValue || (inner instanceof z.ZodRecord && inner.valueType === metricValue);
}

function byItems(item: Conversion): Conversion {
  return {
    fromWire: (items) => (items as unknown[]).map(item.fromWire),
    toWire: (items) => (items as unknown[]).map(item.toWire),
  };
}

function byFields({ shape }: z.ZodObject): Conversion {
  const fields = Object.entries(shape as Shape).map(([key, schema]) => ({
    key,
    wireKey: toSnakeCase(key),
    ...conversionOf(schema),
  }));
  type Fields = Record<string, unknown>;
  return {
    fromWire: (wire) =>
      Object.fromEntries(
        fields
          .filter(({ wireKey }) => (wire as Fields)[wireKey] !== undefined)
          .map(({ key, wireKey, fromWire }) => [key, fromWire((wire as Fields)[wireKey])]),
      ),
    toWire: (value) =>
      Object.fromEntries(
        fields
          .filter(({ key }) => (value as Fields)[key] !== undefined)
          .map(({ key, wireKey, toWire }) => [wireKey, toWire((value as Fields)[key])]),
      ),
  };
}

function wireShapeOf(shape: Shape): Shape {
  return Object.fromEntries(
    Object.entries(shape).map(([key, schema]) => [toSnakeCase(key), wireSchemaOf(schema)]),
  );
}

/** Keeps the description of the schema that was cloned. */
const DESCRIBED = { parent: true };

/** The same schema with snake_case keys; `clone` keeps its checks. */
function wireSchemaOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    const innerType = wireSchemaOf(schema.unwrap() as z.ZodType);
    return schema.clone({ ...schema.def, innerType } as never, DESCRIBED);
  }
  if (schema instanceof z.ZodArray) {
    return schema.clone({ ...schema.def, element: wireSchemaOf(schema.element as z.ZodType) }, DESCRIBED);
  }
  if (schema instanceof z.ZodObject)
    return schema.clone({ ...schema.def, shape: wireShapeOf(schema.shape) }, DESCRIBED);
  return schema;
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema;
}

/** Renames the keys of objects, at any depth but below the key `except`. */
function renameDeep(value: unknown, rename: (key: string) => string, except?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameDeep(item, rename, except));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      rename(key),
      key === except ? entry : renameDeep(entry, rename, except),
    ]),
  );
}

function mapValues(
  map: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function readNumber(value: unknown): unknown {
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : value;
}

function writeNumber(value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

export function toSnakeCase(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toCamelCase(snake: string): string {
  return snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
