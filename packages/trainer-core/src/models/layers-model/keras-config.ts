import { TrainerError } from "../../errors.js";
import { show } from "../require-field.js";

/** The settings of one layer of a `model.json`, each asked for by name. */
export interface KerasConfig {
  /** For errors, such as `layer "conv" (Conv2D)`. */
  readonly place: string;
  has(field: string): boolean;
  /** @throws TrainerError `invalid_model` */
  text(field: string): string;
  number(field: string, fallback?: number): number;
  flag(field: string, fallback: boolean): boolean;
  /** One number for both axes, or two. */
  pair(field: string, fallback?: unknown): readonly [number, number];
  /** Anything; undefined for null. */
  value(field: string): unknown;
  /** @throws TrainerError `model_unsupported` unless the field is left out, null or one of these. */
  mustBe(field: string, ...allowed: readonly unknown[]): void;
}

export function createKerasConfig(place: string, config: Readonly<Record<string, unknown>>): KerasConfig {
  const value = (field: string) => (Object.hasOwn(config, field) ? (config[field] ?? undefined) : undefined);
  const expect = (field: string, expected: string): TrainerError =>
    invalidTopology(`${place}: ${field}`, expected, show(value(field)));
  const number = (field: string, fallback?: number) => {
    const found = value(field) ?? fallback;
    if (typeof found === "number") return found;
    throw expect(field, "a number");
  };
  return {
    place,
    value,
    number,
    has: (field) => value(field) !== undefined,
    text(field) {
      const found = value(field);
      if (typeof found === "string") return found;
      throw expect(field, "text");
    },
    flag(field, fallback) {
      const found = value(field) ?? fallback;
      if (typeof found === "boolean") return found;
      throw expect(field, "true or false");
    },
    pair(field, fallback) {
      const found = value(field) ?? fallback;
      const both = typeof found === "number" ? [found, found] : found;
      if (Array.isArray(both) && both.length === 2 && both.every((size) => typeof size === "number")) {
        return both as unknown as readonly [number, number];
      }
      throw expect(field, "a number or two");
    },
    mustBe(field, ...allowed) {
      const found = value(field);
      if (found === undefined || allowed.some((one) => show(one) === show(found))) return;
      throw unsupported(`${place}: ${field}`, allowed.map(show).join(" or ") || "none", show(found));
    },
  };
}

/** A `model.json` that is damaged. */
export function invalidTopology(field: string, expected: string, received: string): TrainerError {
  return new TrainerError("invalid_model", `model.json: ${field}: expected ${expected}, got ${received}`);
}

/** A `model.json` that may be sound, but has what only TensorFlow.js itself can run. */
export function unsupported(field: string, expected: string, received: string): TrainerError {
  return new TrainerError("model_unsupported", `model.json: ${field}: expected ${expected}, got ${received}`);
}

/** An object of a JSON file, and not a list. */
export function requireObject(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw invalidTopology(field, "an object", show(value));
}

export function requireList(field: string, value: unknown, maxLength = 20_000): readonly unknown[] {
  if (Array.isArray(value) && value.length <= maxLength) return value;
  const received = Array.isArray(value) ? `${value.length}` : show(value);
  throw invalidTopology(field, `a list of at most ${maxLength}`, received);
}
