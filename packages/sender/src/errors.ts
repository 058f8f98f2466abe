export type SenderErrorCode =
  | "file_unreadable"
  | "not_a_spool"
  | "relay_unreachable"
  | "relay_refused"
  | "option_invalid";

/** Something that a program asked the sender for and that cannot be done; `send` itself never throws. */
export class SenderError extends Error {
  override readonly name = "SenderError";
  readonly code: SenderErrorCode;

  constructor(code: SenderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
