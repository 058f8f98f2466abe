const CONTROL = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A value as one line of JSON that is safe to look at: JSON itself escapes only some control characters. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    CONTROL,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
