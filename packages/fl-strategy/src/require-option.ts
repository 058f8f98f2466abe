import { StrategyError } from "./errors.js";

// Options also come from configurations, so that a type says nothing about what really came.

const rules = {
  "a number": (value: number) => !Number.isNaN(value),
  "a finite number": (value: number) => Number.isFinite(value),
  "a number >= 0": (value: number) => value >= 0,
  "a number > 0": (value: number) => value > 0,
  "a finite number >= 0": (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY,
  "a finite number > 0": (value: number) => value > 0 && value < Number.POSITIVE_INFINITY,
  "a number >= 1": (value: number) => value >= 1,
  "a number in (0, 1)": (value: number) => value > 0 && value < 1,
  "a number in (0, 1]": (value: number) => value > 0 && value <= 1,
  "a number in [0, 1)": (value: number) => value >= 0 && value < 1,
  "a number in [0, 1]": (value: number) => value >= 0 && value <= 1,
  "a number in (0, 0.5)": (value: number) => value > 0 && value < 0.5,
  "an integer >= 0": (value: number) => Number.isSafeInteger(value) && value >= 0,
  "an integer >= 1": (value: number) => Number.isSafeInteger(value) && value >= 1,
} as const;

/** What a number may be asked to be; the text is the one of the error. */
export type NumberRule = keyof typeof rules;

/**
 * Returns `value` if it is a number as the rule asks.
 * @throws StrategyError `invalid_option` that names the field, the rule and what came.
 */
export function requireNumber(field: string, value: unknown, rule: NumberRule): number {
  if (typeof value === "number" && rules[rule](value)) return value;
  return refuseOption(field, rule, value);
}

/**
 * Returns `value` if it is one of the choices.
 * @throws StrategyError `invalid_option` that lists them.
 */
export function requireOneOf<Choice extends string>(
  field: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value as Choice)) return value as Choice;
  return refuseOption(field, `one of ${choices.join(", ")}`, value);
}

/** @throws StrategyError `invalid_option` for anything but a string that is not empty. */
export function requireName(field: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value === "") refuseOption(field, "a non-empty string", value);
}

/** @throws StrategyError `invalid_option` for anything but a boolean. */
export function requireBoolean(field: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") refuseOption(field, "true or false", value);
}

/**
 * Refuses options that nobody reads: a misspelt one must not pass in silence.
 * @throws StrategyError `invalid_option` that lists the known ones.
 */
export function requireKnownOptions(field: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  refuseOption(field, known.length > 0 ? `options among ${known.join(", ")}` : "no options", unknown);
}

/** @throws StrategyError `invalid_option`, always. */
export function refuseOption(field: string, expected: string, received: unknown): never {
  throw new StrategyError("invalid_option", `${field}: expected ${expected}, got ${describe(received)}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
