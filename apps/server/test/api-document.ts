import { z } from "zod";

type Json = Record<string, unknown>;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Json;
}

export interface Operation {
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Json[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }> };
  readonly responses: Record<string, { description?: string; content?: Record<string, { schema: Json }> }>;
}

export interface ApiDocument extends Json {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Omit<Operation, "method" | "path">>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

/** The document of a running server. */
export async function fetchDocument(url: string): Promise<ApiDocument> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
}

/** Every operation of a document. */
export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      parameters: operation.parameters ?? [],
      method: method.toUpperCase(),
      path,
    })),
  );
}

/** Replaces references into the document's components by what they stand for. */
export function resolveReferences(document: ApiDocument, schema: unknown): Json {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const { $ref } = value as Json;
    if (typeof $ref === "string") {
      const name = $ref.replace("#/components/schemas/", "");
      const target = document.components.schemas[name];
      if (!target) throw new Error(`${$ref} refers to nothing`);
      return resolve(target);
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolve(entry)]));
  };
  return resolve(schema) as Json;
}

/** What is wrong with an answer according to the document; nothing if it is as described. */
export async function faultsOf(
  document: ApiDocument,
  operation: Operation,
  response: Response,
): Promise<string | undefined> {
  const { status } = response;
  const described =
    operation.responses[String(status)] ?? operation.responses[`${Math.floor(status / 100)}XX`];
  if (!described) return `status ${status} is not described`;
  const type = response.headers.get("content-type")?.split(";")[0];
  const content = described.content ?? {};
  if (Object.keys(content).length === 0) return undefined;
  const schema = type === undefined ? undefined : content[type]?.schema;
  if (!schema) return `content type ${type} of status ${status} is not described`;
  if (!type?.endsWith("json")) return undefined;
  const checked = validatorOf(document, schema).safeParse(await response.json());
  return checked.error && z.prettifyError(checked.error);
}

const validators = new WeakMap<object, z.ZodType>();

function validatorOf(document: ApiDocument, schema: Json): z.ZodType {
  let validator = validators.get(schema);
  if (!validator) {
    validator = z.fromJSONSchema(resolveReferences(document, schema) as never);
    validators.set(schema, validator);
  }
  return validator;
}
