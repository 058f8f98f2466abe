// Error feedback: Stich, Cordonnier, Jaggi: "Sparsified SGD with Memory", NeurIPS 2018 (arXiv 1809.07599), Algorithm 1.

import {
  byteLengthOf,
  type CompressedUpdate,
  type CompressionMethod,
  compress,
} from "../compression/compressed-update.js";
import { decompress } from "../compression/decompress.js";
import { describedMethod } from "../compression/described-method.js";
import type { Description } from "../description.js";
import { StrategyError } from "../errors.js";
import type { AggregateHook, HookContext } from "../hooks.js";
import { randomStream } from "../random.js";
import { refuseOption, requireBoolean, requireKnownOptions } from "../require-option.js";
import { compareIds } from "../roster.js";
import type { RoundContext } from "../strategy.js";
import type { Update } from "../update.js";
import type { WeightsLayout } from "../weights/layout.js";
import { rangesOf } from "../weights/ranges.js";

export interface CompressUpdatesOptions {
  readonly method: CompressionMethod;
  /** Adds to each update what compression left out of the client's earlier ones; default false. */
  readonly errorFeedback?: boolean;
}

export const compressUpdatesDescription: Description<CompressUpdatesOptions> = {
  title: "Compress updates",
  about:
    "Puts every update through compression and back, to see what fewer bytes cost in accuracy. It has to come before clipping.",
  options: {
    method: describedMethod,
    errorFeedback: {
      kind: "boolean",
      about:
        "Adds to each update what compression left out of the client's earlier ones; keeps 4 bytes for each weight and client.",
      default: false,
    },
  },
};

/** What clients are owed; empty without error feedback. Vectors hold the shared elements, one after another. */
export interface CompressionState {
  /** The round that `sent` belongs to; 0 before the first. */
  readonly round: number;
  /** By client id: what its updates add up to, less what was delivered of them. Of `sent` nothing is, so far. */
  readonly owed: Readonly<Record<string, Float32Array>>;
  /** By client id: what was sent in this round and is not known to have been aggregated. */
  readonly sent: Readonly<Record<string, CompressedUpdate>>;
}

/**
 * Puts every update through compression and back, so that a simulation shows what a lossy transport does to it.
 * Counters: `bytes_before` and `bytes_after`, of the shared values. Vectors beside the values are not compressed.
 *
 * Error feedback keeps a float32 per shared element for each client that ever took part: 4 MB per client and million
 * parameters, also in each checkpoint. An update that does not reach the aggregate (a later hook or the strategy
 * refuses it, or the round is not aggregated) is owed as a whole; one gap is left: if after the aggregate was made a
 * later hook refuses it, or the new weights would not be finite, the updates count as delivered.
 * @throws StrategyError `invalid_option` for a bad method.
 */
export function compressUpdates(options: CompressUpdatesOptions): AggregateHook<CompressionState> {
  requireKnownOptions("compress-updates", options, ["method", "errorFeedback"]);
  const { method, errorFeedback = false } = options;
  requireMethod(method);
  requireBoolean("errorFeedback", errorFeedback);
  return {
    name: "compress-updates",
    init: () => ({ round: 0, owed: {}, sent: {} }),
    beforeUpdate(update, context) {
      const { clientId } = update;
      if (!canBeTaken(update, context)) return undefined;
      const before = ofRound(context);
      const owed = sharedDifference(
        update,
        context.round,
        errorFeedback ? entryOf(before.owed, clientId) : undefined,
      );
      const compressed = tryCompress(owed, method, context.random("compress", clientId));
      if ("refuse" in compressed) return compressed;
      return {
        replace: withShared(update, expanded(compressed, owed.length), context.round.layout),
        counters: { bytes_before: owed.byteLength, bytes_after: byteLengthOf(compressed) },
        ...(errorFeedback && {
          state: {
            ...before,
            owed: withEntry(before.owed, clientId, owed),
            sent: withEntry(before.sent, clientId, compressed),
          },
        }),
      };
    },
    ...(errorFeedback && { afterAggregate: (_delta, context) => ({ state: delivered(context) }) }),
  };
}

/**
 * Whether the round can take the update at all. A second one of a client must not be owed on top of the first, and
 * weights that started elsewhere have no difference here.
 */
function canBeTaken({ clientId, form, round }: Update, context: HookContext): boolean {
  const isOpen = context.isPicked(clientId) && !context.isSettled(clientId);
  return isOpen && (form === "delta" || round === context.round.round);
}

/** The state in this round: what an earlier one sent without an aggregate stays owed. */
function ofRound({ state, round }: HookContext<CompressionState>): CompressionState {
  return state.round === round.round ? state : { round: round.round, owed: state.owed, sent: {} };
}

/** The state after the accepted updates were aggregated: what they carried is owed no longer. */
function delivered(context: HookContext<CompressionState>): CompressionState {
  const { round, owed, sent } = ofRound(context);
  const left: Record<string, Float32Array> = { ...owed };
  for (const { clientId } of context.round.updates) {
    const compressed = entryOf(sent, clientId);
    const residual = entryOf(owed, clientId)?.slice();
    if (!compressed || !residual) continue;
    addInto(residual, expanded(compressed, residual.length), -1);
    left[clientId] = residual;
  }
  return { round, owed: left, sent: {} };
}

/** The difference of the shared elements from the global weights, one after another, plus what is owed. */
function sharedDifference(
  { form, values }: Update,
  { layout, globalWeights }: Pick<RoundContext, "layout" | "globalWeights">,
  owed: Float32Array | undefined,
): Float32Array {
  const ranges = rangesOf(layout, "shared");
  const difference = new Float32Array(ranges.reduce((size, { start, end }) => size + end - start, 0));
  let at = 0;
  for (const { start, end } of ranges) {
    const part = difference.subarray(at, at + end - start);
    part.set(values.subarray(start, end));
    if (form === "weights") addInto(part, globalWeights.subarray(start, end), -1);
    at += end - start;
  }
  if (owed) addInto(difference, owed, 1);
  return difference;
}

function withShared(update: Update, shared: Float32Array, layout: WeightsLayout): Update {
  const values = update.values.slice();
  let at = 0;
  for (const { start, end } of rangesOf(layout, "shared")) {
    values.set(shared.subarray(at, at + end - start), start);
    at += end - start;
  }
  return { ...update, form: "delta", values };
}

function addInto(target: Float32Array, values: Float32Array, factor: 1 | -1): void {
  for (let i = 0; i < target.length; i += 1) {
    target[i] = (target[i] as number) + factor * (values[i] as number);
  }
}

function tryCompress(
  values: Float32Array,
  method: CompressionMethod,
  random: Parameters<typeof compress>[2]["random"],
) {
  try {
    return compress(values, method, { random });
  } catch (error) {
    if (!(error instanceof StrategyError) || error.code !== "wrong_update") throw error;
    return {
      refuse: { code: "not_compressible", message: error.message },
      counters: { not_compressible: 1 },
    };
  }
}

/** What arrives of a compressed update. */
function expanded(compressed: CompressedUpdate, size: number): Float32Array {
  const result = decompress(compressed, size, { maxMagnitude: Number.POSITIVE_INFINITY });
  if (!result.ok) throw new StrategyError("wrong_update", result.refusal.message);
  return result.values;
}

function entryOf<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Keys stay in order, so that the state does not tell who came first. */
function withEntry<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
  value: Value,
): Record<string, Value> {
  if (Object.hasOwn(record, key)) return { ...record, [key]: value };
  return Object.fromEntries(
    [...Object.entries(record), [key, value] as const].sort(([a], [b]) => compareIds(a, b)),
  );
}

const optionsOf: Readonly<Record<string, readonly string[]>> = {
  topk: ["k", "fraction"],
  int8: ["blockSize"],
  qsgd: ["levels", "blockSize"],
};

function requireMethod(method: unknown): asserts method is CompressionMethod {
  if (typeof method !== "object" || method === null) refuseOption("method", "an object with a kind", method);
  const { kind } = method as { kind?: unknown };
  // What `compress` refuses is to be refused here and not when the first update comes.
  compress(new Float32Array(1), method as CompressionMethod, { random: randomStream(0, "check") });
  requireKnownOptions("method", method, ["kind", ...(entryOf(optionsOf, String(kind)) ?? [])]);
}
