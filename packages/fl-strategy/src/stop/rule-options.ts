import { StrategyError } from "../errors.js";
import type { MetricMode } from "./stop-rule.js";

// Rules are also made from configurations, so that a type says nothing about what really came.

export function requireFinite(field: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !Number.isFinite(value)) refuse(field, "a finite number", value);
}

export function requirePositive(field: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !(value > 0 && value < Infinity)) refuse(field, "a number > 0", value);
}

export function requireNotNegative(field: string, value: unknown): asserts value is number {
  if (typeof value !== "number" || !(value >= 0 && value < Infinity)) refuse(field, "a number >= 0", value);
}

export function requireCount(field: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) refuse(field, "an integer >= 1", value);
}

export function requireMode(field: string, value: unknown): asserts value is MetricMode {
  if (value !== "min" && value !== "max") refuse(field, '"min" or "max"', value);
}

export function requireName(field: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value === "") refuse(field, "a non-empty string", value);
}

export function requireBoolean(field: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") refuse(field, "true or false", value);
}

/** @throws StrategyError `invalid_option`, always. */
export function refuse(field: string, expected: string, received: unknown): never {
  throw new StrategyError("invalid_option", `${field}: expected ${expected}, got ${describe(received)}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
