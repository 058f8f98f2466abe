import { type AlertRuleKind, alertRule } from "@fedloom/protocol";

/** What of a schema a form is made of. */
interface Schema {
  readonly def: { readonly type: string; readonly innerType?: Schema; readonly defaultValue?: unknown };
  readonly description?: string | undefined;
  /** Of an enumeration. */
  readonly options?: readonly string[];
  /** Of an object. */
  readonly shape?: Readonly<Record<string, Schema>>;
  /** Of a list. */
  readonly element?: Schema;
}

export type FieldControl = "text" | "number" | "switch" | "choice" | "choices" | "names" | "labels";

/** One field of the form of a rule. */
export interface RuleField {
  /** Wire name; of a field within another with a dot between. */
  path: string;
  control: FieldControl;
  /** What may be chosen. */
  options: readonly string[];
  isOptional: boolean;
  /** What it has unless something else is entered. */
  initial: unknown;
  help: string | undefined;
}

/** Fields that every kind has, in the order in which they stand behind its own. */
const LAST = ["scope", "severity", "cooldown_seconds", "labels", "is_enabled"];

const shapes = new Map(
  (alertRule.wireSchema.options as unknown as readonly { shape: Record<string, Schema> }[]).map((option) => [
    (option.shape.kind as unknown as { value: string }).value,
    option.shape,
  ]),
);

/** The fields of a kind of rule, as its schema has them. */
export function fieldsOf(kind: AlertRuleKind): RuleField[] {
  const own = Object.entries(shapes.get(kind) ?? {}).filter(([name]) => name !== "kind");
  const ordered = own.toSorted(([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b));
  return ordered.flatMap(([name, schema]) => fieldsOfSchema(name, schema));
}

function fieldsOfSchema(path: string, wrapped: Schema): RuleField[] {
  const { schema, isOptional, initial, help } = unwrap(wrapped);
  if (schema.def.type === "object") {
    return Object.entries(schema.shape ?? {}).flatMap(([name, inner]) =>
      fieldsOfSchema(`${path}.${name}`, inner),
    );
  }
  const options = schema.options ?? (schema.element && unwrap(schema.element).schema.options) ?? [];
  return [{ path, control: controlOf(schema), options, isOptional, initial, help }];
}

function controlOf({ def, element }: Schema): FieldControl {
  switch (def.type) {
    case "number":
      return "number";
    case "boolean":
      return "switch";
    case "enum":
      return "choice";
    case "record":
      return "labels";
    case "array":
      return element?.def.type === "enum" ? "choices" : "names";
    default:
      return "text";
  }
}

/** What is below optional and default. */
function unwrap(wrapped: Schema) {
  let schema = wrapped;
  let help = wrapped.description;
  let initial: unknown;
  let isOptional = false;
  while (schema.def.innerType) {
    if (schema.def.type === "optional") isOptional = true;
    else initial = schema.def.defaultValue;
    schema = schema.def.innerType;
    help ??= schema.description;
  }
  return { schema, isOptional: isOptional || initial !== undefined, initial, help };
}
