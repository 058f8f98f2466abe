import { StrategyError } from "./errors.js";

// TextEncoder and TextDecoder are globals of Node and of browsers alike, but not of the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean },
) => { decode(bytes: Uint8Array): string };

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
} as const;
type ArrayName = keyof typeof arrayTypes;
type TypedArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

/** "FLS" and the version of the form. */
const MAGIC = [0x46, 0x4c, 0x53, 1] as const;
const HEADER_BYTES = 8;

/**
 * A state as bytes, for a checkpoint: plain data as JSON, typed arrays beside it as they are (little-endian). Numbers that
 * are not finite are kept.
 * @throws StrategyError `wrong_state` that names the place of a value that is neither plain data nor a typed array.
 */
export function encodeState(state: unknown): Uint8Array {
  const blobs: { offset: number; bytes: Uint8Array }[] = [];
  let size = 0;
  const json = JSON.stringify(
    toJson(state, "state", (array) => {
      const offset = size;
      blobs.push({ offset, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
      size = align(offset + array.byteLength);
      return offset;
    }),
  );
  const text = new TextEncoder().encode(json);
  const start = align(HEADER_BYTES + text.length);
  const bytes = new Uint8Array(start + size);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, HEADER_BYTES);
  for (const blob of blobs) bytes.set(blob.bytes, start + blob.offset);
  return bytes;
}

/**
 * The state that {@link encodeState} has written, in new memory.
 * @throws StrategyError `wrong_state` for bytes that are cut off or are no state.
 */
export function decodeState(bytes: Uint8Array): unknown {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw wrong("expected bytes that start with FLS and version 1, got others");
  }
  const textBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const start = align(HEADER_BYTES + textBytes);
  if (start > bytes.length) throw wrong(`expected at least ${start} bytes, got ${bytes.length}`);
  let json: unknown;
  try {
    const text = bytes.subarray(HEADER_BYTES, HEADER_BYTES + textBytes);
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (cause) {
    throw wrong("expected JSON, got other text", cause);
  }
  return fromJson(json, (name, offset, length) => {
    const Type = arrayTypes[name];
    const from = start + offset;
    const to = from + length * Type.BYTES_PER_ELEMENT;
    if (!(offset >= 0 && length >= 0 && to <= bytes.length)) {
      throw wrong(`expected at least ${to} bytes, got ${bytes.length}`);
    }
    return new Type(bytes.slice(from, to).buffer);
  });
}

function toJson(value: unknown, place: string, keep: (array: TypedArray) => number): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    // JSON has neither these nor the sign of -0.
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : `${value}` };
  }
  if (Array.isArray(value)) return value.map((item, i) => toJson(item, `${place}[${i}]`, keep));
  const name = (Object.keys(arrayTypes) as ArrayName[]).find((type) => value instanceof arrayTypes[type]);
  if (name) {
    const array = value as TypedArray;
    return { $array: [name, keep(array), array.length] };
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => {
        if (key.startsWith("$"))
          throw wrong(`${place}: expected keys that do not start with $, got "${key}"`);
        return item === undefined ? [] : [[key, toJson(item, `${place}.${key}`, keep)]];
      }),
    );
  }
  throw wrong(`${place}: expected plain data or a typed array, got ${typeof value}`);
}

function fromJson(
  value: unknown,
  arrayOf: (name: ArrayName, offset: number, length: number) => TypedArray,
): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => fromJson(item, arrayOf));
  const { $number, $array } = value as { $number?: unknown; $array?: unknown };
  if ($number !== undefined) return Number($number);
  if ($array !== undefined) {
    const [name, offset, length] = Array.isArray($array) ? $array : [];
    if (
      !Object.hasOwn(arrayTypes, String(name)) ||
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length)
    ) {
      throw wrong(`expected a typed array, got ${JSON.stringify($array)}`);
    }
    return arrayOf(name, offset, length);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item, arrayOf)]));
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function wrong(message: string, cause?: unknown): StrategyError {
  return new StrategyError("wrong_state", `state: ${message}`, { cause });
}
