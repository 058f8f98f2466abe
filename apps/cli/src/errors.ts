export type CliErrorCode =
  | "usage"
  | "token_file"
  | "nothing_found"
  | "found_earlier"
  | "other_run"
  | "unreadable_file"
  | "unwritable_file"
  | "server_unreachable"
  | "server_refused";

/** Something a user asked for that cannot be done; its message is all they need. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
