export type RelayErrorCode = "port_in_use" | "address_unavailable" | "address_not_loopback";

/** The relay cannot do what was asked of it. */
export class RelayError extends Error {
  override readonly name = "RelayError";
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
