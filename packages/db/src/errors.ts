/** Every way in which this package refuses to go on. */
export type DbErrorCode =
  | "url_invalid"
  | "unreachable"
  | "access_denied"
  | "embedded_unavailable"
  | "data_dir_unusable"
  | "version_mismatch"
  | "migration_failed"
  | "event_refused"
  | "lease_lost"
  | "checkpoint_damaged";

/** The one error class of this package; `code` is stable, `message` is one sentence for whoever runs the server. */
export class DbError extends Error {
  override readonly name = "DbError";
  readonly code: DbErrorCode;

  constructor(code: DbErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
