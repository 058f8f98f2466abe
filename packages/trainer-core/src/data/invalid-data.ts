import { TrainerError } from "../errors.js";

/** The error for data that is damaged or not what it should be; the message names place, expected and received. */
export function invalidData(message: string, cause?: unknown): TrainerError {
  return new TrainerError("invalid_data", message, cause === undefined ? undefined : { cause });
}

/** The error for an option that cannot be; the message names the option, expected and received. */
export function invalidOption(message: string): TrainerError {
  return new TrainerError("invalid_option", message);
}

/** Refuses a seed that is none. */
export function requireSeed(seed: number): void {
  if (Number.isSafeInteger(seed)) return;
  const received = typeof seed === "string" ? quoted(seed) : String(seed);
  throw invalidOption(`seed: expected an integer, got ${received}`);
}

/** A path, fit for a message: its two ends, if it is long. */
export function shownPath(path: string): string {
  const plain = path.replace(/\p{Cc}/gu, "\ufffd");
  return plain.length > 400 ? `${plain.slice(0, 200)}…${plain.slice(-200)}` : plain;
}

/** Text from a file, fit for a message: short, and without control characters. */
export function quoted(text: string, maxLength = 60): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return JSON.stringify(cut);
}
