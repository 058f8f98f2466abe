import type { OptionDescription } from "@fedloom/protocol";
import { formatCount } from "../../ui/format.js";
import { problemSentence } from "./problem-sentence.js";

type Bounds = Pick<OptionDescription, "min" | "max" | "is_above_min" | "is_below_max">;

/** What is wrong with the value of an option, in a sentence; undefined where nothing is. */
export function problemOf(description: OptionDescription, value: unknown): string | undefined {
  if (value === undefined) {
    if (!description.is_required || description.default !== undefined) return undefined;
    return problemSentence({ expected: KIND_NAMES[description.kind], received: "nothing" });
  }
  if (fits(description, value)) return undefined;
  const range = isNumeric(description) && typeof value === "number" ? rangeOf(description) : undefined;
  const choices = description.choices && `one of ${description.choices.join(", ")}`;
  return problemSentence({
    expected: choices ?? range ?? KIND_NAMES[description.kind],
    received: JSON.stringify(value),
  });
}

/** Which numbers are good, such as `more than 0, at most 1`; undefined for all of them. */
export function rangeOf({ min, max, is_above_min, is_below_max }: Bounds): string | undefined {
  if (min !== undefined && max !== undefined && !is_above_min && !is_below_max) {
    return `from ${plain(min)} to ${plain(max)}`;
  }
  const low = min === undefined ? undefined : `${is_above_min ? "more than" : "at least"} ${plain(min)}`;
  const high = max === undefined ? undefined : `${is_below_max ? "less than" : "at most"} ${plain(max)}`;
  return [low, high].filter(Boolean).join(", ") || undefined;
}

/** From here on a largest value is nothing to think about before it is refused. */
const HARDLY_REACHED = 1_000_000;

/** Which numbers are good, without a bound that nobody comes near. */
export function rangeToTell({ max, ...bounds }: Bounds): string | undefined {
  return rangeOf({ ...bounds, ...(max !== undefined && max < HARDLY_REACHED && { max }) });
}

/** Whole numbers as the reader writes them; others as they are, down to the last digit. */
function plain(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value);
}

const KIND_NAMES: Record<OptionDescription["kind"], string> = {
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  choice: "one of the choices",
  text: "a text",
  list: "a list",
  object: "an object in JSON, such as {}",
};

function isNumeric({ kind }: OptionDescription): boolean {
  return kind === "number" || kind === "integer";
}

function fits(description: OptionDescription, value: unknown): boolean {
  switch (description.kind) {
    case "number":
      return typeof value === "number" && isWithin(description, value);
    case "integer":
      return Number.isSafeInteger(value) && isWithin(description, value as number);
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return description.choices?.includes(value as string) ?? typeof value === "string";
    case "text":
      return typeof value === "string";
    case "list":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}

function isWithin({ min, max, is_above_min, is_below_max }: Bounds, value: number): boolean {
  if (min !== undefined && (value < min || (is_above_min && value === min))) return false;
  return max === undefined || value < max || (!is_below_max && value === max);
}
