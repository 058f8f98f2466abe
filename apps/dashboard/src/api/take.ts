import type { Decoded } from "@fedloom/protocol";
import { ApiError } from "./errors.js";

/** The value of an answer that was read; throws ApiError where it could not be. */
export function take<Value>(decoded: Decoded<Value>): Value {
  if (decoded.ok) return decoded.value;
  const message = `the server answered what this page cannot read: ${decoded.error.message}`;
  throw new ApiError(message, { status: 200, code: "unreadable_answer", cause: decoded.error });
}
