export type ProtocolErrorCode =
  | "invalid_json"
  | "invalid_msgpack"
  | "wrong_frame"
  | "too_large"
  | "too_deep"
  | "forbidden_key"
  | "invalid_envelope"
  | "unknown_type"
  | "invalid_data";

export interface ProtocolErrorDetails {
  /** Path of the offending field, such as `data.round`. */
  field?: string | undefined;
  expected?: string | undefined;
  received?: string | undefined;
  cause?: unknown;
}

/** Something on the wire that does not follow the protocol. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;
  readonly field: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;

  constructor(code: ProtocolErrorCode, message: string, details: ProtocolErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.expected = details.expected;
    this.received = details.received;
  }
}

/** What `decode…` functions return: input from a network or a file never throws. */
export type Decoded<Value> = { ok: true; value: Value } | { ok: false; error: ProtocolError };
