import { z } from "zod";
import { clientMessages, relayMessages } from "./control.js";
import { metaSchema } from "./envelope.js";
import { eventDefinitions } from "./events/registry.js";
import { timestamp } from "./fields.js";

type JsonSchema = Record<string, unknown>;

/**
 * The wire format as JSON Schema (draft 2020-12), for other languages: a frame is an event, a client's message or a
 * relay's message, told apart by `type`.
 */
export function createJsonSchema(): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const define = (group: string, messages: Readonly<Record<string, JsonSchema>>) => {
    for (const [type, schema] of Object.entries(messages)) definitions[`${group}.${type}`] = schema;
    const references = Object.keys(messages).map((type) => ({ $ref: `#/$defs/${group}.${type}` }));
    definitions[group] = { oneOf: references };
  };
  define(
    "event",
    mapValues(eventDefinitions, (type, { data }) => messageSchema(type, data.wireSchema, { meta: true })),
  );
  define(
    "client",
    mapValues(clientMessages, (type, data) => messageSchema(type, data.wireSchema, { isStrict: true })),
  );
  define(
    "relay",
    mapValues(relayMessages, (type, data) => messageSchema(type, data.wireSchema)),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Fedloom protocol, version 1",
    oneOf: ["event", "client", "relay"].map((group) => ({ $ref: `#/$defs/${group}` })),
    $defs: definitions,
  };
}

function messageSchema(
  type: string,
  data: z.ZodType,
  { meta = false, isStrict = false }: { meta?: boolean; isStrict?: boolean } = {},
): JsonSchema {
  const message = z.object({
    type: z.literal(type),
    // Clients need no clock to subscribe.
    timestamp: isStrict ? timestamp.optional() : timestamp,
    data: isStrict ? data.optional() : data,
    ...(meta && { meta: metaSchema.optional() }),
  });
  const { $schema: _, ...schema } = z.toJSONSchema(message, { io: "input" }) as JsonSchema;
  return schema;
}

function mapValues<Value, Result>(
  object: Readonly<Record<string, Value>>,
  change: (key: string, value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}
