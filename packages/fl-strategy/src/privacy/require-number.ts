import { StrategyError } from "../errors.js";

const rules = {
  "a number >= 0": (value: number) => value >= 0,
  "a number > 0": (value: number) => value > 0,
  "a finite number": (value: number) => Number.isFinite(value),
  "a finite number >= 0": (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY,
  "a finite number > 0": (value: number) => value > 0 && value < Number.POSITIVE_INFINITY,
  "a number in (0, 1)": (value: number) => value > 0 && value < 1,
  "a number in [0, 1]": (value: number) => value >= 0 && value <= 1,
  "an integer >= 0": (value: number) => Number.isSafeInteger(value) && value >= 0,
  "an integer >= 1": (value: number) => Number.isSafeInteger(value) && value >= 1,
} as const;

/** What a number of this folder may be asked to be; the text is the one of the error. */
export type NumberRule = keyof typeof rules;

/**
 * Returns `value` if it is a number as the rule asks.
 * @throws StrategyError `invalid_option` that names the field, the rule and what came.
 */
export function requireNumber(field: string, value: unknown, rule: NumberRule): number {
  if (typeof value === "number" && rules[rule](value)) return value;
  throw new StrategyError("invalid_option", `${field}: expected ${rule}, got ${String(value)}`);
}
