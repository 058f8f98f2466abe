import { type Decoded, ProtocolError } from "../errors.js";

/** Longest frame with an event or a control message, in UTF-16 code units. */
export const MAX_FRAME_LENGTH = 64 * 1024;
const MAX_DEPTH = 8;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Parses the text of a frame within limits on length and depth, without keys that reach a prototype. */
export function decodeJson(frame: string, maxLength = MAX_FRAME_LENGTH): Decoded<unknown> {
  if (frame.length > maxLength) {
    const message = `frame: expected at most ${maxLength} characters, received ${frame.length}`;
    return { ok: false, error: new ProtocolError("too_large", message) };
  }
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch (cause) {
    const message = `frame: expected JSON, received ${JSON.stringify(frame.slice(0, 40))}`;
    return { ok: false, error: new ProtocolError("invalid_json", message, { cause }) };
  }
  const refusal = inspect(value, 0);
  return refusal ? { ok: false, error: refusal } : { ok: true, value };
}

export function encodeJson(value: unknown): string {
  return JSON.stringify(value);
}

function inspect(value: unknown, depth: number): ProtocolError | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= MAX_DEPTH) {
    return new ProtocolError("too_deep", `frame: expected at most ${MAX_DEPTH} levels of nesting`);
  }
  if (Array.isArray(value)) {
    for (const entry of value) {
      const refusal = inspect(entry, depth + 1);
      if (refusal) return refusal;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) {
      return new ProtocolError("forbidden_key", `frame: key ${JSON.stringify(key)} is not allowed`, {
        field: key,
      });
    }
    const refusal = inspect((value as Record<string, unknown>)[key], depth + 1);
    if (refusal) return refusal;
  }
  return undefined;
}
