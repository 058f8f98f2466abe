import { labelOf } from "./field-words.js";

/** What a model recommends, such as `local epochs 2, batch size 32, optimizer adam`. */
export function describeRecommended(recommended: Readonly<Record<string, unknown>>): string {
  return Object.entries(recommended)
    .map(([name, value]) => `${labelOf(name).toLowerCase()} ${plain(value)}`)
    .join(", ");
}

/** What stands in an empty field: what the chosen model recommends for it. */
export function recommendedText(
  recommended: Readonly<Record<string, unknown>> | undefined,
  field: string,
): string {
  const value = recommended?.[field];
  return value === undefined ? "as recommended" : plain(value);
}

function plain(value: unknown): string {
  if (value === true) return "on";
  if (value === false) return "off";
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, entry]) =>
      name === "name" ? String(entry) : `${name.replaceAll("_", " ")} ${plain(entry)}`,
    )
    .join(" ");
}
