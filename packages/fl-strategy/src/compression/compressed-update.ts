import { vectorKernels } from "@fedloom/kernels";
import { StrategyError } from "../errors.js";
import type { RandomStream } from "../random.js";
import { encodeFloat16 } from "./float16.js";
import { quantizeInt8 } from "./int8.js";
import { quantizeQsgd } from "./qsgd.js";
import type { ScaledLevels } from "./stochastic-levels.js";
import { topK } from "./top-k.js";

/** An update's values as they travel: plain data, told apart by `kind`. */
export type CompressedUpdate =
  | { readonly kind: "none"; readonly values: Float32Array }
  /** Values at strictly increasing indices; all others are 0. */
  | { readonly kind: "topk"; readonly indices: Uint32Array; readonly values: Float32Array }
  | ({ readonly kind: "int8" } & ScaledLevels)
  /** IEEE 754 half precision bits. */
  | { readonly kind: "float16"; readonly halves: Uint16Array };

/** How to compress; `qsgd` gives an update of kind `int8`. */
export type CompressionMethod =
  | { readonly kind: "none" | "float16" }
  /** The number of values to send, at most all. */
  | { readonly kind: "topk"; readonly k: number }
  /** The share of the values to send, in (0, 1]; at least one value is sent. */
  | { readonly kind: "topk"; readonly fraction: number }
  | { readonly kind: "int8"; readonly blockSize?: number }
  | { readonly kind: "qsgd"; readonly levels?: number; readonly blockSize?: number };

export interface CompressionContext {
  /** Source of stochastic rounding; `topk`, `float16` and `none` draw nothing. */
  readonly random: Pick<RandomStream, "integer">;
}

/**
 * Compresses an update's values. Local noise goes before: a lossy step after noise costs no privacy. Rounding can raise
 * the norm, so a server that relies on a bound clips after decompressing. `none` shares memory with `values`.
 * @throws StrategyError `invalid_option` for a bad method, `wrong_update` for a value that is not finite or, for
 * `float16`, too large.
 */
export function compress(
  values: Float32Array,
  method: CompressionMethod,
  { random }: CompressionContext,
): CompressedUpdate {
  switch (method.kind) {
    case "none":
      refuseNonFinite(values);
      return { kind: "none", values };
    case "topk": {
      refuseNonFinite(values);
      const indices = topK(values, countToSend(method, values.length));
      return { kind: "topk", indices, values: gather(values, indices) };
    }
    case "int8":
      return { kind: "int8", ...quantizeInt8(values, { ...method, random }) };
    case "qsgd":
      return { kind: "int8", ...quantizeQsgd(values, { ...method, random }) };
    case "float16":
      return { kind: "float16", halves: encodeFloat16(values) };
    default: {
      const { kind } = method as { kind: unknown };
      throw new StrategyError(
        "invalid_option",
        `kind: expected one of none, topk, int8, qsgd, float16, got ${JSON.stringify(kind)}`,
      );
    }
  }
}

/** Bytes of the arrays that travel, without what the transport adds around them. */
export function byteLengthOf(compressed: CompressedUpdate): number {
  switch (compressed.kind) {
    case "none":
      return compressed.values.byteLength;
    case "topk":
      return compressed.indices.byteLength + compressed.values.byteLength;
    case "int8":
      return compressed.scales.byteLength + compressed.levels.byteLength;
    case "float16":
      return compressed.halves.byteLength;
  }
}

function countToSend(method: CompressionMethod & { kind: "topk" }, size: number): number {
  const { k, fraction } = method as { k?: number; fraction?: number };
  if (k !== undefined && fraction !== undefined) {
    throw new StrategyError(
      "invalid_option",
      `topk: expected k or fraction, got both (${k} and ${fraction})`,
    );
  }
  if (k !== undefined) {
    if (Number.isSafeInteger(k) && k >= 1) return Math.min(k, size);
    throw new StrategyError("invalid_option", `k: expected an integer >= 1, got ${k}`);
  }
  if (!(typeof fraction === "number" && fraction > 0 && fraction <= 1)) {
    throw new StrategyError("invalid_option", `fraction: expected a number in (0, 1], got ${fraction}`);
  }
  // 0.29 * 100 is 28.999999999999996: without the small term a value would be lost.
  return Math.min(size, Math.max(1, Math.floor(fraction * size + 1e-9)));
}

function gather(values: Float32Array, indices: Uint32Array): Float32Array {
  const gathered = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i += 1) gathered[i] = values[indices[i] as number] as number;
  return gathered;
}

function refuseNonFinite(values: Float32Array): void {
  if (Number.isFinite(vectorKernels().maxMagnitude(values))) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new StrategyError("wrong_update", `values[${at}]: expected a finite number, got ${values[at]}`);
}
