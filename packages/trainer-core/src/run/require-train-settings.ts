import { TrainerError } from "../errors.js";

/** Refuses, before a run begins, settings with which every step of it would fail; `prefix` goes before their names. */
export function requireTrainSettings(
  settings: {
    readonly epochs?: number | undefined;
    readonly batchSize: number;
    readonly learningRate: number;
  },
  prefix = "",
): void {
  const { learningRate, ...counts } = settings;
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isSafeInteger(value) && (value as number) >= 1) continue;
    throw invalid(prefix + name, "an integer >= 1", value);
  }
  if (learningRate >= 0 && learningRate < Number.POSITIVE_INFINITY) return;
  throw invalid(`${prefix}learningRate`, "a finite number >= 0", learningRate);
}

function invalid(field: string, expected: string, received: unknown): TrainerError {
  const got = typeof received === "string" ? JSON.stringify(received) : String(received);
  return new TrainerError("invalid_option", `${field}: expected ${expected}, got ${got}`);
}
