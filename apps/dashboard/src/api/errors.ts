export interface ApiErrorDetails extends ErrorOptions {
  /** HTTP status; 0 when the server did not answer. */
  status: number;
  code: string;
  /** Wire name of the field that was refused. */
  field?: string | undefined;
  expected?: string | undefined;
  received?: string | undefined;
}

/** The server refused a request or did not answer; the message is meant for the reader. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;

  constructor(message: string, { cause, status, code, field, expected, received }: ApiErrorDetails) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.field = field;
    this.expected = expected;
    this.received = received;
  }
}

/** Makes an error of a problem document (RFC 9457); anything else is named by its status. */
export function errorOfProblem(status: number, body: unknown): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (key: string) => (typeof problem[key] === "string" ? (problem[key] as string) : undefined);
  return new ApiError(text("detail") ?? text("title") ?? `the server answered with status ${status}`, {
    status,
    code: text("code") ?? "unknown",
    field: text("field"),
    expected: text("expected"),
    received: text("received"),
  });
}
