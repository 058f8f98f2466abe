import type { Refusal } from "../update.js";
import { decodeFloat16 } from "./float16.js";
import { dequantizeBlocks, MAX_LEVEL } from "./stochastic-levels.js";

/** The values of an update, or why they were refused. */
export type Decompressed =
  | { readonly ok: true; readonly values: Float32Array }
  | { readonly ok: false; readonly refusal: Refusal };

export interface DecompressOptions {
  /** Largest absolute value that is accepted; default 1e9. A bound of sanity, not a defence: that is clipping. */
  readonly maxMagnitude?: number;
}

type Fields = { readonly [field: string]: unknown };

const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * Turns a compressed update (`CompressedUpdate`, once checked) into `size` values. What comes is not trusted: form, lengths, indices, scales and values
 * are checked, and nothing but `size` decides how much memory is taken. Never throws. `none` shares memory with what
 * came.
 *
 * Codes: `wrong_form`, `wrong_length`, `wrong_index`, `wrong_scale`, `wrong_level`, `not_finite`, `too_large`.
 */
export function decompress(
  compressed: unknown,
  size: number,
  { maxMagnitude = 1e9 }: DecompressOptions = {},
): Decompressed {
  if (typeof compressed !== "object" || compressed === null) {
    return refuse("wrong_form", `update: expected a compressed update, got ${describe(compressed)}`);
  }
  const fields = compressed as Fields;
  const limit = Math.min(maxMagnitude, FLOAT32_MAX);
  switch (fields.kind) {
    case "none":
      return (
        checkArray(fields, { field: "values", type: Float32Array, length: size }) ?? accept(fields, limit)
      );
    case "topk":
      return expandTopK(fields, size, limit);
    case "int8":
      return expandLevels(fields, size, limit);
    case "float16":
      return expandHalves(fields, size, limit);
    default:
      return refuse(
        "wrong_form",
        `kind: expected one of none, topk, int8, float16, got ${describe(fields.kind)}`,
      );
  }
}

function accept({ values }: Fields, limit: number): Decompressed {
  return checkValues(values as Float32Array, limit) ?? { ok: true, values: values as Float32Array };
}

function expandTopK(fields: Fields, size: number, limit: number): Decompressed {
  const refused =
    checkArray(fields, { field: "indices", type: Uint32Array }) ??
    checkArray(fields, {
      field: "values",
      type: Float32Array,
      length: (fields.indices as Uint32Array).length,
    });
  if (refused) return refused;
  const { indices, values } = fields as { indices: Uint32Array; values: Float32Array };
  if (indices.length > size) {
    return refuse("wrong_length", `indices: expected at most ${size} elements, got ${indices.length}`);
  }
  const at = firstMisplaced(indices, size);
  if (at < indices.length) {
    const least = at === 0 ? 0 : (indices[at - 1] as number) + 1;
    return refuse(
      "wrong_index",
      `indices[${at}]: expected strictly increasing indices below ${size}, here at least ${least}, got ${indices[at]}`,
    );
  }
  const wrong = checkValues(values, limit);
  if (wrong) return wrong;
  const expanded = new Float32Array(size);
  scatter(indices, values, expanded);
  return { ok: true, values: expanded };
}

function expandLevels(fields: Fields, size: number, limit: number): Decompressed {
  const { blockSize } = fields;
  if (typeof blockSize !== "number" || !Number.isSafeInteger(blockSize) || blockSize < 1) {
    return refuse("wrong_form", `blockSize: expected an integer >= 1, got ${describe(blockSize)}`);
  }
  const refused =
    checkArray(fields, { field: "levels", type: Int8Array, length: size }) ??
    checkArray(fields, { field: "scales", type: Float32Array, length: Math.ceil(size / blockSize) });
  if (refused) return refused;
  const { levels, scales } = fields as { levels: Int8Array; scales: Float32Array };
  const largest = limit / MAX_LEVEL;
  const at = scales.findIndex((scale) => !(scale >= 0 && scale <= largest));
  if (at >= 0) {
    return refuse(
      "wrong_scale",
      `scales[${at}]: expected a finite number in [0, ${largest}], got ${scales[at]}`,
    );
  }
  const below = levels.indexOf(-128);
  if (below >= 0) {
    return refuse("wrong_level", `levels[${below}]: expected an integer in [-127, 127], got -128`);
  }
  return { ok: true, values: dequantizeBlocks({ blockSize, scales, levels }) };
}

function expandHalves(fields: Fields, size: number, limit: number): Decompressed {
  const refused = checkArray(fields, { field: "halves", type: Uint16Array, length: size });
  if (refused) return refused;
  return accept({ values: decodeFloat16(fields.halves as Uint16Array) }, limit);
}

/** Position of the first index that does not rise or is not below `size`, or the number of indices. */
function firstMisplaced(indices: Uint32Array, size: number): number {
  let previous = -1;
  for (let i = 0; i < indices.length; i += 1) {
    const index = indices[i] as number;
    if (index <= previous || index >= size) return i;
    previous = index;
  }
  return indices.length;
}

/** Position of the first value that is NaN or beyond the limit, or the number of values. */
function firstBeyond(values: Float32Array, limit: number): number {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (!(value >= -limit && value <= limit)) return i;
  }
  return values.length;
}

function scatter(indices: Uint32Array, values: Float32Array, out: Float32Array): void {
  for (let i = 0; i < indices.length; i += 1) out[indices[i] as number] = values[i] as number;
}

type RefusedResult = Extract<Decompressed, { ok: false }>;

function checkValues(values: Float32Array, limit: number): RefusedResult | undefined {
  const at = firstBeyond(values, limit);
  if (at === values.length) return undefined;
  const value = values[at] as number;
  return Number.isFinite(value)
    ? refuse("too_large", `values[${at}]: expected at most ${limit} in magnitude, got ${value}`)
    : refuse("not_finite", `values[${at}]: expected a finite number, got ${value}`);
}

type ArrayType = typeof Float32Array | typeof Uint32Array | typeof Uint16Array | typeof Int8Array;

function checkArray(
  fields: Fields,
  { field, type, length }: { field: string; type: ArrayType; length?: number },
): RefusedResult | undefined {
  const array = fields[field];
  if (!(array instanceof type)) {
    return refuse("wrong_form", `${field}: expected ${type.name}, got ${describe(array)}`);
  }
  if (length === undefined || array.length === length) return undefined;
  return refuse("wrong_length", `${field}: expected ${length} elements, got ${array.length}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return typeof value === "object" && value !== null
    ? Object.prototype.toString.call(value).slice("[object ".length, -1)
    : String(value);
}

function refuse(code: string, message: string): RefusedResult {
  return { ok: false, refusal: { code, message } };
}
