import { encodeState } from "@fedloom/fl-strategy";
import type { Checkpoint } from "./checkpoint.js";
import { xxHash32 } from "./xx-hash.js";

/** "FLCK", as the file begins. */
export const MAGIC = [0x46, 0x4c, 0x43, 0x4b] as const;
export const VERSION = 1;
/** Where the numbers of the preamble stand; little-endian. */
export const PREAMBLE = { version: 4, hash: 8, headerBytes: 12, totalBytes: 16, length: 24 } as const;
/** Weights begin at a multiple of it, so that they can be used where they lie. */
const ALIGNMENT = 64;

/** What the header says, as JSON; `weights` and `state` are the places of what follows it. */
export interface CheckpointHeader {
  readonly mode: Checkpoint["mode"];
  readonly step: number;
  readonly config: Checkpoint["config"];
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly role: string;
  }[];
  readonly weights: Span;
  readonly state: Span;
}

/** A place in the file, in bytes. */
export interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * A checkpoint as bytes: a preamble of 24 bytes (`FLCK`, version, XXH32 of all that follows the hash, header length,
 * total length), the header as JSON, the weights as raw little-endian float32 at a multiple of 64 bytes, and the rest of
 * the state as `encodeState` writes it.
 * @throws StrategyError `wrong_state` for a callback's state that is neither plain data nor a typed array.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { mode, step, config, layout, weights, progress, state, callbacks } = checkpoint;
  const tensors = layout.tensors.map(({ name, shape, role }) => ({ name, shape, role }));
  const rest = encodeState({ progress, state, callbacks });
  const place = (weightsAt: number): CheckpointHeader => ({
    mode,
    step,
    config,
    tensors,
    weights: { offset: weightsAt, bytes: weights.byteLength },
    state: { offset: align(weightsAt + weights.byteLength), bytes: rest.length },
  });
  // The header tells where the weights begin, which depends on its own length: leave room for the largest number.
  const longest = encodeHeader(place(Number.MAX_SAFE_INTEGER - weights.byteLength - ALIGNMENT)).length;
  const header = place(align(PREAMBLE.length + longest));
  const headerBytes = encodeHeader(header);

  const bytes = new Uint8Array(header.state.offset + rest.length);
  bytes.set(MAGIC);
  bytes.set(headerBytes, PREAMBLE.length);
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength), header.weights.offset);
  bytes.set(rest, header.state.offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(PREAMBLE.version, VERSION, true);
  view.setUint32(PREAMBLE.headerBytes, headerBytes.length, true);
  view.setFloat64(PREAMBLE.totalBytes, bytes.length, true);
  view.setUint32(PREAMBLE.hash, hashOf(bytes), true);
  return bytes;
}

/** Hash of everything that the hash stands before. */
export function hashOf(bytes: Uint8Array): number {
  return xxHash32(bytes.subarray(PREAMBLE.hash + 4));
}

function encodeHeader(header: CheckpointHeader): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(header));
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
