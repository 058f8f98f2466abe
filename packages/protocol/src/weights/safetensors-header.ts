import { type Decoded, ProtocolError } from "../errors.js";
import type { SafetensorsLimits } from "./safetensors.js";
import { bytesPerElement, isTensorDtype, type TensorDtype } from "./tensor-dtype.js";

// A global of Node and of browsers alike, but not of the ECMAScript library types.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };

/** What the header says of a tensor, checked; offsets in bytes from the start of the data. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order in which they lie in the file. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
}

/** Bytes that tell the header's length. */
export const HEADER_LENGTH_BYTES = 8;

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const MAX_AXES = 16;
const MAX_NAME_LENGTH = 1_024;
const METADATA = "__metadata__";

/** Reads and checks the header of a safetensors file; never throws. */
export function decodeHeader(file: Uint8Array, limits: SafetensorsLimits): Decoded<Header> {
  try {
    return { ok: true, value: readHeader(file, limits) };
  } catch (error) {
    if (error instanceof ProtocolError) return { ok: false, error };
    throw error;
  }
}

function readHeader(file: Uint8Array, limits: SafetensorsLimits): Header {
  const { maxHeaderBytes = 2 ** 24, maxTensors = 100_000 } = limits;
  const headerBytes = headerLength(file, maxHeaderBytes);
  const dataStart = HEADER_LENGTH_BYTES + headerBytes;
  const { [METADATA]: metadata = {}, ...tensors } = parseHeader(
    file.subarray(HEADER_LENGTH_BYTES, dataStart),
  );
  const numTensors = Object.keys(tensors).length;
  if (numTensors > maxTensors) {
    throw new ProtocolError(
      "too_large",
      `header: expected at most ${maxTensors} tensors, received ${numTensors}`,
    );
  }
  const entries = Object.entries(tensors)
    .map(([name, entry]) => entryOf(name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireNoGaps(entries, file.length - dataStart);
  return { entries, metadata: metadataOf(metadata), dataStart };
}

function headerLength(file: Uint8Array, maxHeaderBytes: number): number {
  if (file.length < HEADER_LENGTH_BYTES) {
    throw invalid("header", `at least ${HEADER_LENGTH_BYTES} bytes`, `${file.length}`);
  }
  const view = new DataView(file.buffer, file.byteOffset, HEADER_LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new ProtocolError(
      "too_large",
      `header: expected at most ${maxHeaderBytes} bytes, received ${length}`,
    );
  }
  if (Number(length) > file.length - HEADER_LENGTH_BYTES) {
    throw invalid("header", `${length} bytes, as its first 8 say`, `${file.length - HEADER_LENGTH_BYTES}`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes[0] !== 0x7b) throw invalid("header", 'a JSON object that begins with "{"', `byte ${bytes[0]}`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError("invalid_json", "header: expected JSON in UTF-8", { field: "header", cause });
  }
  const header = value as Readonly<Record<string, unknown>>;
  requireNoRepeats(text, header);
  return header;
}

/**
 * A parser keeps the last of two equal keys and says nothing. Outside of strings a colon stands after each key and
 * nowhere else, so that there are as many of them as keys, if none is there twice.
 */
function requireNoRepeats(text: string, header: Readonly<Record<string, unknown>>): void {
  let numKeys = Object.keys(header).length;
  for (const entry of Object.values(header)) {
    if (typeof entry === "object" && entry !== null) numKeys += Object.keys(entry).length - arrayKeys(entry);
  }
  const numColons = countColons(text);
  if (numColons !== numKeys) throw invalid("header", "each name and each field once", "some twice");
}

/** Colons outside of strings. */
function countColons(text: string): number {
  let count = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text.charCodeAt(i);
    if (letter === QUOTE) isInString = !isInString;
    else if (letter === BACKSLASH && isInString) i += 1;
    else if (letter === COLON && !isInString) count += 1;
  }
  return count;
}

function arrayKeys(entry: object): number {
  return Array.isArray(entry) ? entry.length : 0;
}

function entryOf(name: string, entry: unknown): HeaderEntry {
  const field = `tensor ${JSON.stringify(name.slice(0, 80))}`;
  if (name.length > MAX_NAME_LENGTH) {
    throw new ProtocolError(
      "too_large",
      `${field}: expected a name of at most ${MAX_NAME_LENGTH} characters`,
    );
  }
  if (
    typeof entry !== "object" ||
    entry === null ||
    Object.keys(entry).sort().join() !== "data_offsets,dtype,shape"
  ) {
    throw invalid(field, "dtype, shape and data_offsets", show(entry));
  }
  const { dtype, shape, data_offsets: offsets } = entry as Readonly<Record<string, unknown>>;
  if (!isTensorDtype(dtype)) {
    throw invalid(`${field}: dtype`, `one of ${Object.keys(bytesPerElement).join(", ")}`, show(dtype));
  }
  if (!isSizes(shape) || shape.length > MAX_AXES) {
    throw invalid(`${field}: shape`, `at most ${MAX_AXES} integers >= 0`, show(shape));
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw invalid(`${field}: data_offsets`, "[begin, end], integers >= 0", show(offsets));
  }
  const [begin, end] = offsets as readonly [number, number];
  // Never an overflow: past 2^53 the product is only inexact, and larger than any file.
  const numBytes = shape.reduce((product, axis) => product * axis, bytesPerElement[dtype]);
  if (end - begin !== numBytes) {
    const expected = `${numBytes} bytes for ${dtype} [${shape.join(", ")}]`;
    throw invalid(`${field}: data_offsets`, expected, `${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Data that no tensor has could be anything, and tensors that share bytes change together. */
function requireNoGaps(entries: readonly HeaderEntry[], dataBytes: number): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) {
      const field = `tensor ${JSON.stringify(entry.name.slice(0, 80))}: data_offsets`;
      throw invalid(field, `to begin at ${end}, where the one before it ends`, `${entry.begin}`);
    }
    end = entry.end;
  }
  if (end !== dataBytes) throw invalid("data", `${end} bytes, as the header says`, `${dataBytes}`);
}

function metadataOf(value: unknown): Readonly<Record<string, string>> {
  const isText = (entry: unknown) => typeof entry === "string";
  if (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isText)
  ) {
    return value as Readonly<Record<string, string>>;
  }
  throw invalid(METADATA, "an object of strings", show(value));
}

function invalid(field: string, expected: string, received: string): ProtocolError {
  const message = `weights: ${field}: expected ${expected}, received ${received}`;
  return new ProtocolError("invalid_data", message, { field, expected, received });
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 80);
}
