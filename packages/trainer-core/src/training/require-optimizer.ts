import { TrainerError } from "../errors.js";
import type { OptimizerSpec } from "./optimizer-spec.js";

const fields = {
  sgd: ["name", "momentum", "nesterov", "weightDecay"],
  adam: ["name", "beta1", "beta2", "epsilon", "weightDecay"],
} as const;

/**
 * Refuses an optimizer that is none.
 * @throws TrainerError `invalid_option` that names the field, what was expected and what came.
 */
export function requireOptimizer(spec: OptimizerSpec): void {
  const { name } = spec;
  if (name !== "sgd" && name !== "adam") throw invalid("name", "sgd or adam", JSON.stringify(name));
  const known: readonly string[] = fields[name];
  const unknown = Object.keys(spec).find((field) => !known.includes(field));
  // What nobody reads, such as lr, would be a wish that nobody hears.
  if (unknown !== undefined)
    throw invalid("fields", `those among ${known.join(", ")}`, JSON.stringify(unknown));
  requireNumber("weightDecay", spec.weightDecay, (value) => value >= 0, "a number >= 0");
  const isShare = (value: number) => value >= 0 && value < 1;
  if (spec.name === "sgd") {
    requireNumber("momentum", spec.momentum, isShare, "a number in [0, 1)");
    return;
  }
  requireNumber("beta1", spec.beta1, isShare, "a number in [0, 1)");
  requireNumber("beta2", spec.beta2, isShare, "a number in [0, 1)");
  requireNumber("epsilon", spec.epsilon, (value) => value > 0, "a number > 0");
}

function requireNumber(
  field: string,
  value: number | undefined,
  fits: (value: number) => boolean,
  expected: string,
): void {
  if (value === undefined || (Number.isFinite(value) && fits(value))) return;
  throw invalid(field, expected, String(value));
}

function invalid(field: string, expected: string, received: string): TrainerError {
  return new TrainerError("invalid_option", `optimizer.${field}: expected ${expected}, got ${received}`);
}
