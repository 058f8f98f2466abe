import { TrainerError } from "../../errors.js";

/** @throws TrainerError `invalid_option` that names field, expected and received; always. */
export function refuseOption(field: string, expected: string, received: unknown): never {
  const got = typeof received === "string" ? JSON.stringify(received) : String(received);
  throw new TrainerError("invalid_option", `${field}: expected ${expected}, got ${got}`);
}

export function requirePositive(field: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) refuseOption(field, "a finite number > 0", value);
}

export function requireCount(field: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) refuseOption(field, "an integer >= 1", value);
}
