export type ServerErrorCode =
  | "option_invalid"
  | "port_in_use"
  | "address_unavailable"
  | "bad_request"
  | "request_invalid"
  | "config_invalid"
  | "data_unreadable"
  | "strategy_unknown"
  | "model_unknown"
  | "run_not_found"
  | "host_not_found"
  | "metric_unknown"
  | "checkpoint_not_found"
  | "checkpoint_damaged"
  | "model_not_found"
  | "too_large"
  | "too_busy"
  | "disk_full"
  | "queue_full"
  | "run_not_paused"
  | "run_not_active"
  | "run_not_managed"
  | "task_unsupported"
  | "data_gone"
  | "data_changed"
  | "origin_refused"
  | "unauthenticated"
  | "forbidden"
  | "token_not_found"
  | "alert_not_found"
  | "alert_rule_not_found"
  | "alert_silence_not_found"
  | "alert_route_not_found"
  | "limit_reached"
  | "too_many_requests";

export interface ServerErrorDetails extends ErrorOptions {
  /** The option or field that is wrong, by its name on the wire or on the command line. */
  field?: string | undefined;
  expected?: string | undefined;
  received?: string | undefined;
}

/** The server cannot do what was asked; its message is meant for whoever asked. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: ServerErrorCode;
  readonly field: string | undefined;
  readonly expected: string | undefined;
  readonly received: string | undefined;

  constructor(
    code: ServerErrorCode,
    message: string,
    { cause, field, expected, received }: ServerErrorDetails = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.field = field;
    this.expected = expected;
    this.received = received;
  }
}
