import { TITLES } from "./problem.js";

type Json = Record<string, unknown>;
interface Document extends Json {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> } & Json;
}
interface Operation extends Json {
  requestBody?: { required?: boolean; content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string }>;
}

/** In a route's schema: content types of a body that is a file, and not looked into. */
export const BODY_TYPES = "x-body-types";

const MEANINGS: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "Done",
};
const REFERENCE = "#/components/schemas/";

/**
 * Makes the generated document right and short: schemas that are used only as input or only as output have one name,
 * those that nothing uses are left out, bodies without required fields may be absent, answers say what they are.
 */
export function tidyDocument(document: Document): Document {
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) tidyOperation(operation, document.components.schemas);
  }
  const { __shared: _, ...schemas } = document.components.schemas;
  const whole = { ...document, components: { ...document.components, schemas } };
  return keepUsed(withoutLoops(whole, new Set(Object.keys(schemas))) as Document);
}

function tidyOperation(operation: Operation, schemas: Record<string, Json>): void {
  const { requestBody, responses, [BODY_TYPES]: types } = operation;
  if (Array.isArray(types)) {
    delete operation[BODY_TYPES];
    const file = { schema: { type: "string", contentMediaType: "application/octet-stream" } };
    operation.requestBody = {
      required: true,
      content: Object.fromEntries(types.map((type) => [type, file])),
    };
  }
  for (const [status, response] of Object.entries(responses)) {
    if (response.description !== "Default Response") continue;
    response.description = MEANINGS[status] ?? TITLES[Number(status)] ?? "Answer";
  }
  const body = requestBody?.content["application/json"]?.schema;
  if (!requestBody || !body) return;
  const target = typeof body.$ref === "string" ? schemas[body.$ref.slice(REFERENCE.length)] : body;
  requestBody.required = Array.isArray(target?.required) && target.required.length > 0;
}

/** Any JSON is written by the generator as a schema that contains itself, in a place that no reference reaches. */
function withoutLoops(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutLoops(entry, names));
  if (typeof value !== "object" || value === null) return value;
  const { $ref, $defs: _, ...rest } = value as Json;
  if (typeof $ref === "string" && !names.has($ref.replace(REFERENCE, ""))) return {};
  const entries = Object.entries($ref === undefined ? rest : { $ref, ...rest });
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutLoops(entry, names)]));
}

function keepUsed(document: Document): Document {
  const { schemas } = document.components;
  const used = new Set<string>();
  const waiting: unknown[] = [document.paths];
  while (waiting.length > 0) {
    const text = JSON.stringify(waiting.pop());
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      waiting.push(schemas[name] ?? {});
    }
  }
  const nameOf = (name: string) => {
    const plain = name.replace(/Input$/, "");
    return used.has(plain) ? name : plain;
  };
  const kept = Object.entries(schemas).flatMap(([name, schema]) =>
    used.has(name) ? [[nameOf(name), schema] as const] : [],
  );
  const text = JSON.stringify({
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(kept) },
  });
  return JSON.parse(text, (_key, value) =>
    typeof value === "string" && value.startsWith(REFERENCE)
      ? REFERENCE + nameOf(value.slice(REFERENCE.length))
      : value,
  ) as Document;
}
