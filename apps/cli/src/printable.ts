// biome-ignore lint/suspicious/noControlCharactersInRegex: replacing them is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from elsewhere for a terminal: without characters that move its cursor, colour it or turn its direction. */
export function printable(text: string): string {
  return text.replace(CONTROL, "\ufffd");
}
