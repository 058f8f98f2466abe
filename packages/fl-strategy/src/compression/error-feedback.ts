// Stich, Cordonnier, Jaggi: "Sparsified SGD with Memory", NeurIPS 2018 (arXiv 1809.07599), Algorithm 1: what a lossy
// step left out is added to the next update. p = g + e, send c(p), e = p - c(p).
import { StrategyError } from "../errors.js";
import {
  type CompressedUpdate,
  type CompressionContext,
  type CompressionMethod,
  compress,
} from "./compressed-update.js";
import { decompress } from "./decompress.js";

/** What a client still owes: the sum of its updates less the sum of what it sent. One per client, kept over rounds. */
export interface ErrorFeedback {
  readonly residual: Float32Array;
}

/** The memory of a client that has sent nothing yet. */
export function createErrorFeedback(size: number): ErrorFeedback {
  return { residual: new Float32Array(size) };
}

/**
 * Compresses an update together with what earlier ones left out, and returns what this one leaves out.
 * @throws StrategyError `wrong_update` for another size than the residual's or a value that is not finite.
 */
export function compressWithFeedback(
  update: Float32Array,
  feedback: ErrorFeedback,
  options: { readonly method: CompressionMethod } & CompressionContext,
): { compressed: CompressedUpdate; feedback: ErrorFeedback } {
  const owed = combine(update, feedback.residual, 1);
  const compressed = compress(owed, options.method, options);
  return { compressed, feedback: { residual: combine(owed, sentValues(compressed, owed.length), -1) } };
}

/**
 * Takes back an update that the server refused or that was lost: what it carried is owed again. Right at any later
 * time, after other updates too, as long as it is done once.
 * @throws StrategyError `wrong_update` for an update of another size.
 */
export function restoreUndelivered(feedback: ErrorFeedback, compressed: CompressedUpdate): ErrorFeedback {
  const { residual } = feedback;
  return { residual: combine(residual, sentValues(compressed, residual.length), 1) };
}

function sentValues(compressed: CompressedUpdate, size: number): Float32Array {
  const result = decompress(compressed, size, { maxMagnitude: Number.POSITIVE_INFINITY });
  if (!result.ok) throw new StrategyError("wrong_update", result.refusal.message);
  return result.values;
}

function combine(values: Float32Array, others: Float32Array, factor: 1 | -1): Float32Array {
  if (values.length !== others.length) {
    throw new StrategyError(
      "wrong_update",
      `update: expected ${others.length} elements, got ${values.length}`,
    );
  }
  const sums = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) sums[i] = (values[i] as number) + factor * (others[i] as number);
  return sums;
}
