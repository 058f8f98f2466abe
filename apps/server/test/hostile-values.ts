import fc from "fast-check";

type Json = Record<string, unknown>;

const HOSTILE_TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\ufeff",
  "../../../../etc/passwd",
  "..\\..\\windows",
  "/etc/passwd",
  "file:///etc/passwd",
  "' or 1=1 --",
  '"; drop table runs; --',
  "%' and 1=cast(version() as int) --",
  "$1",
  "\\",
  "%",
  "_",
  "%25%00",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "Infinity",
  "-Infinity",
  "-0",
  "1e400",
  "0x10",
  "1.5",
  "-1",
  "9007199254740993",
  "99999999999999999999999",
  "null",
  "undefined",
  "[object Object]",
  "true",
  "=cmd|' /c calc'!A1",
  "<script>alert(1)</script>",
  "$\u007bjndi:ldap://x}",
  "\r\nset-cookie: a=b",
  "\u202e\u0007",
  "x".repeat(129),
  "é".repeat(300),
  "x".repeat(5_000),
];
/** Text that somebody might take for a path, a number, a query or a program. */
export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);
const hostileNumber = fc.constantFrom(-1, 0, -0, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 1e-320);
/** JSON of every kind, much of it large, deep or odd. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.constant(nested(40)),
  fc.constant(Array.from({ length: 2_000 }, (_, index) => index)),
  fc.jsonValue({ maxDepth: 4 }),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/** Values that a schema takes, or nearly. */
export function arbitraryOf(
  schema: Json,
  known: Readonly<Record<string, unknown>> = {},
): fc.Arbitrary<unknown> {
  const { enum: values, anyOf, oneOf, type } = schema;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(values)) return fc.constantFrom(...values);
  const parts = (anyOf ?? oneOf) as Json[] | undefined;
  if (parts) return fc.oneof(...parts.map((part) => arbitraryOf(part, known)));
  if (type === "string") return textOf(schema);
  if (type === "integer" || type === "number") return numberOf(schema);
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  if (type === "array") {
    const minLength = Number(schema.minItems ?? 0);
    return fc.array(arbitraryOf((schema.items as Json) ?? {}), { minLength, maxLength: minLength + 2 });
  }
  if (type === "object") return objectOf(schema, known);
  return fc.jsonValue({ maxDepth: 2 });
}

function textOf({ format, pattern, minLength = 0, maxLength = 30 }: Json): fc.Arbitrary<string> {
  if (format === "date-time") {
    const [min, max] = [new Date("1990-01-01"), new Date("2100-01-01")];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (typeof pattern === "string" && pattern.includes("[0-9A-HJKMNP-TV-Z]")) {
    return fc.ulid();
  }
  return fc.string({ minLength: Number(minLength), maxLength: Math.min(30, Number(maxLength)) });
}

function numberOf({ type, minimum, exclusiveMinimum, maximum }: Json): fc.Arbitrary<number> {
  const min = Number(minimum ?? exclusiveMinimum ?? 0);
  const max = Math.min(Number(maximum ?? min + 100), min + 100);
  if (type === "integer") return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  return fc.double({ min, max, noNaN: true });
}

function objectOf({ properties = {}, required = [] }: Json, known: Readonly<Record<string, unknown>>) {
  const fields = Object.entries(properties as Record<string, Json>);
  const model = Object.fromEntries(
    fields.map(([name, schema]) => [name, name in known ? fc.constant(known[name]) : arbitraryOf(schema)]),
  );
  return fc.record(model, {
    requiredKeys: [...(required as string[]), ...Object.keys(known).filter((key) => key in model)],
  });
}
