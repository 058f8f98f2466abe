/** Every way in which this package refuses to go on. */
export type StrategyErrorCode =
  | "invalid_layout"
  | "invalid_option"
  | "invalid_random"
  | "unknown_strategy"
  | "too_few_clients"
  | "wrong_state"
  | "wrong_weights"
  | "wrong_update"
  | "round_closed"
  | "wrong_selection"
  | "hook_failed";

/** The one error class of this package; `code` is stable, `message` names the field, what was expected and what came. */
export class StrategyError extends Error {
  readonly code: StrategyErrorCode;

  constructor(code: StrategyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "StrategyError";
    this.code = code;
  }
}
