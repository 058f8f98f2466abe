import { type Decoded, ProtocolError } from "../errors.js";
import { decodeHeader, HEADER_LENGTH_BYTES, type HeaderEntry } from "./safetensors-header.js";
import type { TensorDtype } from "./tensor-dtype.js";
import { toFloat32 } from "./to-float32.js";

// A global of Node and of browsers alike, but not of the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** A named tensor of a file: its bytes are a view of the file's. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** The elements as float32; not copied where they are F32 and aligned to 4 bytes. */
  toFloat32(): Float32Array;
}

/** Tensors by name, in the order in which they lie in the file. */
export interface StoredWeights {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free text about the whole file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor to be written: float32, row-major. */
export interface TensorToStore {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface SafetensorsLimits {
  /** Most bytes of the file; default 2 GiB. */
  readonly maxBytes?: number;
  /** Most bytes of its JSON header; default 16 MiB. */
  readonly maxHeaderBytes?: number;
  /** Most tensors; default 100,000. */
  readonly maxTensors?: number;
}

/** Typed arrays look at tensors in place, so that data begins where any element type may. */
const ALIGNMENT = 8;

/**
 * Writes a safetensors file: 8 bytes of the header's length (little-endian), the header as JSON, the tensors' bytes one
 * after another without gaps (https://github.com/huggingface/safetensors, "Format").
 * @throws ProtocolError `invalid_data` for a repeated name or values that are not as many as the shape says.
 */
export function encodeSafetensors(
  tensors: readonly TensorToStore[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(headerOf(tensors, metadata));
  const headerBytes = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const start = HEADER_LENGTH_BYTES + headerBytes;
  const file = new Uint8Array(start + tensors.reduce((sum, { values }) => sum + values.byteLength, 0));
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(header, HEADER_LENGTH_BYTES);
  file.fill(0x20, HEADER_LENGTH_BYTES + header.length, start);
  let offset = start;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file; never throws. The tensors are views of `file`, which must not be written to while they are
 * used. Refused: a length that the file does not have, a name that is there twice, tensors that overlap or leave gaps,
 * bytes that do not fit shape and dtype, types of less than a byte, anything past the limits.
 */
export function decodeSafetensors(file: Uint8Array, limits: SafetensorsLimits = {}): Decoded<StoredWeights> {
  const { maxBytes = 2 ** 31 } = limits;
  if (file.length > maxBytes) {
    const message = `weights: expected at most ${maxBytes} bytes, received ${file.length}`;
    return { ok: false, error: new ProtocolError("too_large", message) };
  }
  const header = decodeHeader(file, limits);
  if (!header.ok) return header;
  const { entries, metadata, dataStart } = header.value;
  const data = file.subarray(dataStart);
  return {
    ok: true,
    value: { tensors: new Map(entries.map((entry) => [entry.name, view(data, entry)])), metadata },
  };
}

function view(data: Uint8Array, { name, dtype, shape, begin, end }: HeaderEntry): StoredTensor {
  const bytes = data.subarray(begin, end);
  return { name, dtype, shape, bytes, toFloat32: () => toFloat32(dtype, bytes) };
}

function headerOf(tensors: readonly TensorToStore[], metadata: Readonly<Record<string, string>>): string {
  const entries = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) entries.set("__metadata__", metadata);
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (size !== values.length) {
      const message = `tensor ${JSON.stringify(name)}: expected ${size} values for [${shape.join(", ")}], received ${values.length}`;
      throw new ProtocolError("invalid_data", message, { field: name });
    }
    if (name === "__metadata__" || entries.has(name)) {
      const message = `tensor ${JSON.stringify(name)}: expected a name that no other tensor has`;
      throw new ProtocolError("invalid_data", message, { field: name });
    }
    const end = offset + values.byteLength;
    entries.set(name, { dtype: "F32", shape, data_offsets: [offset, end] });
    offset = end;
  }
  // Not JSON.stringify of one object: it would put names that look like numbers first.
  const members = Array.from(entries, ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  return `{${members.join(",")}}`;
}
