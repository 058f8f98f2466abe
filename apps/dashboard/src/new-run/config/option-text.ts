import type { OptionDescription } from "@fedloom/protocol";

type Described = Pick<OptionDescription, "kind" | "example" | "default">;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** How a value stands in its field; what is no value of this kind stands there as it is. */
export function textOf(description: Described, value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (description.kind === "object") return JSON.stringify(value, null, 2);
  if (description.kind === "list" && isOfWords(description) && isPlainWords(value)) return value.join(", ");
  return JSON.stringify(value);
}

/** What a field's text means: undefined when empty, and the text itself when it is no value of this kind. */
export function valueOfText(description: Described, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  switch (description.kind) {
    case "number":
    case "integer":
      return NUMBER.test(trimmed) ? Number(trimmed) : trimmed;
    case "list":
      return listOf(description, trimmed);
    case "object": {
      const value = parsed(trimmed);
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : trimmed;
    }
    default:
      return trimmed;
  }
}

function listOf(description: Described, text: string): unknown {
  const value = parsed(text.startsWith("[") ? text : `[${text}]`);
  if (text.startsWith("[")) return Array.isArray(value) ? value : text;
  if (!isOfWords(description)) return Array.isArray(value) ? value : text;
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** Whether a list is of words, which need no quotes. */
function isOfWords({ example, default: usual }: Described): boolean {
  const known = example ?? usual ?? [];
  return Array.isArray(known) && known.every((entry) => typeof entry === "string");
}

function isPlainWords(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const isPlain = (word: unknown) =>
    typeof word === "string" && word !== "" && word.trim() === word && !word.includes(",");
  return value.every(isPlain) && !value[0].startsWith("[");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
