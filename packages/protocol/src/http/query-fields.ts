import { z } from "zod";

/** A whole number in a query, where everything is text. */
export function wholeNumber(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max);
}

/** Several values of a query: repeated, or in one text with commas between them. */
export function commaList<Item extends z.ZodType>(item: Item, maxItems: number) {
  const split = (input: unknown) =>
    listOf(input)?.flatMap((entry) => (typeof entry === "string" ? entry.split(",") : [entry]));
  return z.preprocess(split, z.array(item).min(1).max(maxItems));
}

/** Several values of a query, repeated; each may hold commas. */
export function repeated<Item extends z.ZodType>(item: Item, maxItems: number) {
  return z.preprocess(listOf, z.array(item).min(1).max(maxItems));
}

/** Undefined stays, so that what is missing is named as the list, not as its first item. */
function listOf(input: unknown): unknown[] | undefined {
  return input === undefined || Array.isArray(input) ? input : [input];
}
