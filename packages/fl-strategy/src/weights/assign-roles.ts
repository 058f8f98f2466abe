import { StrategyError } from "../errors.js";
import type { TensorDeclaration, TensorRole } from "./layout.js";
import { matchesPattern } from "./matches-pattern.js";

/**
 * Declares the roles of tensors by name, with `*` for any characters: what matches no pattern keeps its role, and the last
 * pattern that matches decides.
 *
 * FedBN (Li et al. 2021, arXiv 2102.07623) is `{ private: ["batch_norm*"] }`, FedPer (Arivazhagan et al. 2019, arXiv
 * 1912.00818) `{ private: ["head/*"] }`, under any strategy.
 * @throws StrategyError `invalid_layout` for a pattern that no tensor matches.
 */
export function assignRoles(
  tensors: readonly TensorDeclaration[],
  patterns: Readonly<Partial<Record<TensorRole, readonly string[]>>>,
): TensorDeclaration[] {
  const rules = Object.entries(patterns).flatMap(([role, list]) =>
    (list ?? []).map((pattern) => ({ role: role as TensorRole, pattern })),
  );
  for (const { role, pattern } of rules) {
    if (tensors.some(({ name }) => matchesPattern(pattern, name))) continue;
    const names = tensors.map(({ name }) => `"${name}"`).join(", ");
    throw new StrategyError(
      "invalid_layout",
      `${role}: expected a pattern that matches one of ${names}, got ${JSON.stringify(pattern)}`,
    );
  }
  return tensors.map((tensor) => {
    const rule = rules.findLast(({ pattern }) => matchesPattern(pattern, tensor.name));
    return rule ? { ...tensor, role: rule.role } : tensor;
  });
}
