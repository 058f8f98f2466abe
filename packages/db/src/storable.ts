const REPLACEMENT = "\ufffd";

/** Text as PostgreSQL can store it: it has no NUL. */
export function storableText(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", REPLACEMENT) : text;
}

/** An escape of NUL or of half a character, behind an even number of backslashes. */
const UNSTORABLE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** JSON as PostgreSQL can store it: without NUL and without halves of surrogate pairs, in keys and values. */
export function storableJson(value: unknown): string {
  return storableEncodedJson(JSON.stringify(value));
}

/** The same for what `JSON.stringify` has written already; any number of such texts in one. */
export function storableEncodedJson(json: string): string {
  // It escapes just these two, and writes every other character, whole pairs too, as it is.
  return json.includes("\\u") ? json.replace(UNSTORABLE, `$1${REPLACEMENT}`) : json;
}
