import { TrainerError } from "../errors.js";
import type { Activation, Initializer, Loss, Pair } from "./model-spec.js";

/** Most values that one sample may have anywhere in a model: 1 GiB of float32. */
const MAX_VALUES = 2 ** 28;

export const losses: readonly Loss[] = ["softmaxCrossEntropy", "sigmoidCrossEntropy", "meanSquaredError"];

export const activations: readonly Activation[] = [
  "linear",
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "swish",
  "sigmoid",
  "tanh",
];

export const initializers: readonly Initializer[] = [
  "glorotUniform",
  "heNormal",
  "heUniform",
  "zeros",
  "ones",
];

/** What is wrong with a model: names the field, what was expected and what came. */
export function invalid(field: string, expected: string, received: string): TrainerError {
  return new TrainerError("invalid_model", `model: ${field}: expected ${expected}, got ${received}`);
}

export function requireCount(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw invalid(field, "an integer >= 1", show(value));
}

export function requirePair(field: string, value: Pair): readonly [number, number] {
  const pair: unknown = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw invalid(field, "a number or [height, width]", show(value));
  }
  return [requireCount(field, pair[0]), requireCount(field, pair[1])];
}

export function requireOneOf<Value extends string>(
  field: string,
  value: Value,
  known: readonly Value[],
): Value {
  if (known.includes(value)) return value;
  throw invalid(field, `one of ${known.join(", ")}`, show(value));
}

/** A value that may be left out. */
export function requireFlag(field: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  throw invalid(field, "true or false", show(value));
}

/** 1 to 3 axes that together are no more than memory holds. */
export function requireShape(field: string, shape: readonly number[]): void {
  const fits = Array.isArray(shape) && shape.length >= 1 && shape.length <= 3;
  if (!fits || !shape.every((size) => Number.isInteger(size) && size >= 1)) {
    throw invalid(field, "1 to 3 integers >= 1", show(shape));
  }
  if (sizeOf(shape) > MAX_VALUES) {
    throw invalid(field, `at most ${MAX_VALUES} values`, `[${shape.join(", ")}]`);
  }
}

export function requireAxes(field: string, shape: readonly number[], axes: number): readonly number[] {
  if (shape.length === axes) return shape;
  const expected = axes === 1 ? "1 axis (a flatten layer before it)" : `${axes} axes`;
  throw invalid(field, expected, `shape [${shape.join(", ")}]`);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A value as JSON where JSON has it, cut short: what came may be anything. */
export function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : safeJson(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value;
  }
}
