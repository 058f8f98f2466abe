import type { FastifyInstance, FastifyRequest } from "fastify";
import { ServerError } from "../errors.js";

/** Deepest nesting of a body, and most keys and entries of it all together. */
const MAX_DEPTH = 32;
const MAX_NODES = 100_000;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Reads JSON bodies within limits that hold before anything walks through them; nothing at all is read as no body. */
export function readJson(app: FastifyInstance): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(
    "application/json",
    { parseAs: "string" },
    async (_request: FastifyRequest, body: string) => {
      if (body === "") return undefined;
      const value = parse(body);
      checkLimits(value);
      return value;
    },
  );
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const expected = "JSON";
    throw new ServerError("bad_request", "body: expected JSON, received something else", {
      field: "body",
      expected,
      cause,
    });
  }
}

/** Walks without recursion: a hostile body may be nested deeper than the stack. */
function checkLimits(body: unknown): void {
  const waiting: { value: unknown; depth: number }[] = [{ value: body, depth: 0 }];
  let numNodes = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth >= MAX_DEPTH) throw refusal(`at most ${MAX_DEPTH} levels of nesting`, "more");
    const keys = Object.keys(value);
    numNodes += keys.length;
    if (numNodes > MAX_NODES) throw refusal(`at most ${MAX_NODES} keys and entries`, "more");
    for (const key of keys) {
      if (FORBIDDEN_KEYS.has(key)) throw refusal("other keys", `the key ${key}`);
      waiting.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
    }
  }
}

function refusal(expected: string, received: string): ServerError {
  return new ServerError("bad_request", `body: expected ${expected}, received ${received}`, {
    field: "body",
    expected,
    received,
  });
}
