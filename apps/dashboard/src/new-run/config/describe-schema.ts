import type { OptionDescription } from "@fedloom/protocol";

type JsonSchema = Readonly<Record<string, unknown>>;

/** Fields of an object's JSON Schema, as a form asks for them. */
export function describeFields(schema: unknown): OptionDescription[] {
  const { properties, required } = (schema ?? {}) as JsonSchema;
  const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
  return Object.entries((properties ?? {}) as JsonSchema).map(([name, field]) =>
    describeField(name, field as JsonSchema, isRequired(name)),
  );
}

function describeField(name: string, schema: JsonSchema, isRequired: boolean): OptionDescription {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, description } = schema;
  const min = numberOf(minimum) ?? numberOf(exclusiveMinimum);
  const max = numberOf(maximum) ?? numberOf(exclusiveMaximum);
  return {
    name,
    kind: kindOf(schema),
    about: typeof description === "string" ? description : "",
    is_required: isRequired,
    ...(schema.default !== undefined && { default: schema.default }),
    ...(min !== undefined && { min, is_above_min: minimum === undefined }),
    ...(max !== undefined && { max, is_below_max: maximum === undefined }),
    ...(Array.isArray(schema.enum) && { choices: schema.enum.map(String) }),
  };
}

function kindOf({ enum: choices, type }: JsonSchema): OptionDescription["kind"] {
  if (Array.isArray(choices)) return "choice";
  switch (type) {
    case "number":
    case "integer":
    case "boolean":
    case "object":
      return type;
    case "array":
      return "list";
    default:
      return "text";
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
