export type ViewerErrorCode = "gap" | "refused";

/** What a viewer must tell whoever reads its events. */
export class ViewerError extends Error {
  override readonly name = "ViewerError";
  readonly code: ViewerErrorCode;

  constructor(code: ViewerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
