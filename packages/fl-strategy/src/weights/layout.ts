import { StrategyError } from "../errors.js";

/**
 * What aggregation may do with a tensor: `trainable` is averaged and optimised, `statistic` (batch-norm moments)
 * is averaged but never optimised, `private` stays with its client.
 */
export type TensorRole = "trainable" | "statistic" | "private";

/** One named tensor inside a flat float32 vector; `offset` and `size` count elements, not bytes. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole;
  readonly offset: number;
  readonly size: number;
}

/** How the tensors of a model lie one after another in one flat float32 vector of `size` elements. */
export interface WeightsLayout {
  readonly tensors: readonly TensorSpec[];
  readonly size: number;
}

/** What {@link createLayout} needs to know of a tensor; the role is `trainable` unless said otherwise. */
export interface TensorDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role?: TensorRole;
}

const roles: readonly TensorRole[] = ["trainable", "statistic", "private"];

/**
 * Lays tensors out without gaps, in the order given; a scalar has shape `[]` and one element.
 * @throws StrategyError `invalid_layout` for an empty or repeated name, a bad dimension or an unknown role.
 */
export function createLayout(declarations: readonly TensorDeclaration[]): WeightsLayout {
  const names = new Set<string>();
  const tensors: TensorSpec[] = [];
  let offset = 0;
  for (const { name, shape, role = "trainable" } of declarations) {
    if (typeof name !== "string" || name === "" || names.has(name)) {
      throw new StrategyError(
        "invalid_layout",
        `tensor ${tensors.length}: name must be a non-empty string used once, got ${JSON.stringify(name)}`,
      );
    }
    if (!roles.includes(role)) {
      throw new StrategyError(
        "invalid_layout",
        `tensor "${name}": role must be one of ${roles.join(", ")}, got ${JSON.stringify(role)}`,
      );
    }
    const size = sizeOf(name, shape);
    names.add(name);
    tensors.push({ name, shape: [...shape], role, offset, size });
    offset += size;
  }
  return { tensors, size: offset };
}

/** The tensor that element `index` of the flat vector belongs to. */
export function tensorAt(layout: WeightsLayout, index: number): TensorSpec | undefined {
  return layout.tensors.find((tensor) => index >= tensor.offset && index < tensor.offset + tensor.size);
}

function sizeOf(name: string, shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) {
    if (!Number.isInteger(dimension) || dimension < 1) {
      throw new StrategyError(
        "invalid_layout",
        `tensor "${name}": every dimension must be an integer >= 1, got [${shape.join(", ")}]`,
      );
    }
    size *= dimension;
  }
  if (!Number.isSafeInteger(size)) {
    throw new StrategyError("invalid_layout", `tensor "${name}": [${shape.join(", ")}] is too large`);
  }
  return size;
}
