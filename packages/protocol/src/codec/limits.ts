import { ProtocolError } from "../errors.js";

/** Longest frame with an event or a control message, in bytes (or UTF-16 code units of text). */
export const MAX_FRAME_LENGTH = 64 * 1024;
/** Deepest nesting of objects and arrays in a frame. */
export const MAX_DEPTH = 8;
/** Most keys of all objects in a frame together. */
export const MAX_KEYS = 2_048;

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Why a decoded frame goes beyond the limits, or undefined when it does not. */
export function checkLimits(value: unknown): ProtocolError | undefined {
  return inspect(value, 0, { numKeys: 0 });
}

export function tooLarge(received: number, maxLength: number): ProtocolError {
  return new ProtocolError("too_large", `frame: expected at most ${maxLength} bytes, received ${received}`);
}

function inspect(value: unknown, depth: number, seen: { numKeys: number }): ProtocolError | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= MAX_DEPTH) {
    return new ProtocolError("too_deep", `frame: expected at most ${MAX_DEPTH} levels of nesting`);
  }
  if (Array.isArray(value)) {
    for (const entry of value) {
      const refusal = inspect(entry, depth + 1, seen);
      if (refusal) return refusal;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) {
      const message = `frame: key ${JSON.stringify(key)} is not allowed`;
      return new ProtocolError("forbidden_key", message, { field: key });
    }
    if (++seen.numKeys > MAX_KEYS) {
      return new ProtocolError("too_large", `frame: expected at most ${MAX_KEYS} keys`);
    }
    const refusal = inspect((value as Record<string, unknown>)[key], depth + 1, seen);
    if (refusal) return refusal;
  }
  return undefined;
}
