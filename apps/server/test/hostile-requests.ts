import fc from "fast-check";
import type { Operation } from "./api-document.js";
import { arbitraryOf, hostileText, hostileValue } from "./hostile-values.js";

type Json = Record<string, unknown>;

/** What is sent to an operation, as bytes that no client library would send. */
export interface HostileRequest {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** A body that is right, or has one thing wrong, or is something else altogether. */
function bodyOf(schema: Json, known: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const right = arbitraryOf(schema, known);
  const fields = Object.keys((schema.properties as Json) ?? {});
  const field = fields.length > 0 ? fc.constantFrom(...fields) : fc.constant("x");
  const oneWrong = fc
    .tuple(
      right,
      fc.oneof(field, fc.constantFrom("colour", "run_id", "constructor", "a".repeat(500))),
      hostileValue,
    )
    .map(([body, key, value]) => JSON.stringify({ ...(body as object), [key]: value }));
  const broken = fc.constantFrom(
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "1e999",
    '{"__proto__": {"x": 1}}',
    '{"a": {"__proto__": {"x": 1}}}',
    "[".repeat(50_000),
    "[".repeat(5_000) + "]".repeat(5_000),
    `{"notes": "${"x".repeat(1_100_000)}"}`,
    '{"notes": "\\u0000\\ud800"}',
    '{"a": 1, "a": 2}',
    "\ufeff{}",
    "{'a': 1}",
  );
  return fc.oneof(
    { weight: 2, arbitrary: right.map((body) => JSON.stringify(body)) },
    { weight: 5, arbitrary: oneWrong },
    { weight: 2, arbitrary: hostileValue.map((value) => JSON.stringify(value) ?? "") },
    { weight: 1, arbitrary: broken },
  );
}

const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "application/json; charset=utf-16",
      "text/plain",
      "application/xml",
      "multipart/form-data; boundary=x",
      "application/octet-stream",
      "text/csv",
      "x",
      "/",
    ),
  },
);
const headers = fc.record(
  {
    accept: fc.constantFrom(
      "*/*",
      "application/json",
      "text/event-stream",
      "text/html",
      "x",
      ",;=",
      "a".repeat(3_000),
    ),
    "last-event-id": hostileText.map(asHeader),
    "accept-encoding": fc.constantFrom("gzip", "br", "identity;q=0", ";"),
    range: fc.constantFrom("bytes=0-1", "bytes=9-1", "lines=x"),
    "if-none-match": fc.constant("*"),
    cookie: hostileText.map(asHeader),
    "x-forwarded-for": fc.constantFrom("::1", "999.1.1.1", "unknown, x"),
    "content-encoding": fc.constantFrom("gzip", "x"),
  },
  { requiredKeys: [] },
);

function asHeader(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?").trim();
}

/** Every byte that is not plain, as `%XX`; halves of characters become the replacement character. */
function encode(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) =>
      /[A-Za-z0-9]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}

const rawPart = fc.constantFrom(
  "%00",
  "%ff",
  "%ed%a0%80",
  "%",
  "%zz",
  "..%2f..%2f",
  "%2e%2e",
  ".",
  "a%2fb",
  ";x=1",
);

/** Requests to an operation: right, wrong in one thing, and wrong in all. `known` names what the server has. */
export function requestsTo(
  { method, path, parameters, requestBody }: Operation,
  known: Readonly<Record<string, unknown>>,
): fc.Arbitrary<HostileRequest> {
  const partOf = (name: string, schema: Json) =>
    fc.oneof(
      { weight: 5, arbitrary: name in known ? fc.constant(encode(String(known[name]))) : valueText(schema) },
      { weight: 3, arbitrary: hostileText.map(encode) },
      { weight: 1, arbitrary: rawPart },
    );
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const pathParts = fc.tuple(...inPath.map(({ name, schema }) => partOf(name, schema)));
  const pair = (name: string, schema: Json) =>
    fc
      .tuple(
        fc.boolean(),
        fc.boolean(),
        fc.oneof(valueText(schema), valueText(schema), hostileText.map(encode), rawPart),
      )
      .map(([isThere, isTwice, value]) =>
        isThere ? [`${name}=${value}`, ...(isTwice ? [`${name}=${value}`] : [])] : [],
      );
  const stray = hostileText.map((text) => [`${encode(text)}=1`]);
  const query = fc
    .tuple(
      ...inQuery.map(({ name, schema }) => pair(name, schema)),
      fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: stray }),
    )
    .map((pairs) => pairs.flat().join("&"));
  const schema = requestBody?.content["application/json"]?.schema;
  const body = schema ? bodyOf(schema, known) : requestBody ? hostileText : fc.constant(undefined);
  return fc.tuple(pathParts, query, headers, contentType, body).map(([parts, text, some, type, content]) => {
    let index = 0;
    const filled = path.replace(/\{\w+\}/g, () => parts[index++] ?? "");
    return {
      method,
      path: text === "" ? filled : `${filled}?${text}`,
      headers: content === undefined ? some : { ...some, "content-type": type },
      body: content,
    };
  });
}

function valueText(schema: Json): fc.Arbitrary<string> {
  return arbitraryOf(schema).map((value) => encode(Array.isArray(value) ? value.join(",") : String(value)));
}
