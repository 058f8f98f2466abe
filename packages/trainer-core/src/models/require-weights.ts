import type { WeightsLayout } from "@fedloom/fl-strategy";
import { TrainerError } from "../errors.js";

/** What is wrong with weights: names the tensor or field, what was expected and what came. */
export function invalidWeights(field: string, expected: string, received: string): TrainerError {
  return new TrainerError("invalid_weights", `weights: ${field}: expected ${expected}, got ${received}`);
}

/** Checks that a flat vector is as long as its layout says. */
export function requireLength(weights: Float32Array, { size }: WeightsLayout): void {
  if (weights.length !== size) throw invalidWeights("length", `${size} values`, `${weights.length}`);
}

/** Checks that no value of a tensor is NaN or infinite. */
export function requireFinite(name: string, values: Float32Array): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw invalidWeights(`${name}[${index}]`, "a finite number", `${values[index]}`);
}
