import { invalidData as invalid } from "./invalid-data.js";

/** Integers in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** As NumPy writes it: byte order, kind, bytes a value; `|u1` is uint8, `<i8` int64. */
  readonly dtype: string;
  /** A view, not a copy: little-endian, `itemBytes` a value. */
  readonly data: Uint8Array;
  readonly itemBytes: number;
}

const MAX_HEADER_BYTES = 0x10000;
const MAX_DIMENSIONS = 8;
const integerDtype = /^(?:[|<][biu]1|<[iu][248])$/;

/** What the header of a `.npy` file says, and where it ends. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly itemBytes: number;
  readonly numValues: number;
  readonly headerBytes: number;
}

/**
 * Parses a NumPy `.npy` file, versions 1.0 to 3.0, of little-endian integers or booleans in C order.
 * @throws TrainerError `invalid_data` whose message starts with `where`.
 */
export function parseNpy(bytes: Uint8Array, where: string): NpyArray {
  const { shape, dtype, itemBytes, numValues, headerBytes } = parseNpyHeader(bytes, where);
  const data = bytes.subarray(headerBytes);
  const size = numValues * itemBytes;
  if (size !== data.length) {
    throw invalid(`${where}: expected ${size} bytes for shape (${shape.join(", ")}), got ${data.length}`);
  }
  return { shape, dtype, data, itemBytes };
}

/** Parses the start of a `.npy` file; see {@link parseNpy}. */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059) {
    throw invalid(`${where}: expected a NumPy array (.npy), got something else`);
  }
  const major = bytes[6] as number;
  if (major < 1 || major > 3) throw invalid(`${where}: expected .npy version 1 to 3, got ${major}`);
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw invalid(`${where}: expected a header, got the end of the array`);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES || headerStart + length > bytes.length) {
    throw invalid(`${where}: expected a header within ${bytes.length} bytes, got one of ${length} bytes`);
  }
  const header = String.fromCharCode(...bytes.subarray(headerStart, headerStart + length));
  const { dtype, fortranOrder, shape } = parseHeaderText(header, where);
  if (!integerDtype.test(dtype)) {
    throw invalid(`${where}: expected dtype uint8 (|u1) or another little-endian integer, got ${dtype}`);
  }
  if (fortranOrder) throw invalid(`${where}: expected C order, got Fortran order`);
  const numValues = shape.reduce((product, dimension) => product * dimension, 1);
  return { shape, dtype, itemBytes: Number(dtype[2]), numValues, headerBytes: headerStart + length };
}

/**
 * The values of an array as bytes, whatever integers they are; uint8 stays where it is.
 * @throws TrainerError `invalid_data` that names the index of the first value outside [0, 255].
 */
export function toBytes({ dtype, data, itemBytes }: NpyArray, where: string): Uint8Array {
  const signed = dtype[1] === "i";
  if (itemBytes === 1 && !signed) return data;
  const bytes = new Uint8Array(data.length / itemBytes);
  for (let i = 0; i < bytes.length; i += 1) {
    const at = i * itemBytes;
    let fits = true;
    for (let k = 1; k < itemBytes; k += 1) fits &&= data[at + k] === 0;
    const value = data[at] as number;
    if (!fits || (signed && itemBytes === 1 && value > 127)) {
      throw invalid(
        `${where}: expected integers in [0, 255], got ${integerAt(data, at, { itemBytes, signed })} at index ${i}`,
      );
    }
    bytes[i] = value;
  }
  return bytes;
}

function integerAt(
  data: Uint8Array,
  at: number,
  { itemBytes, signed }: { itemBytes: number; signed: boolean },
): bigint {
  let value = 0n;
  for (let k = itemBytes - 1; k >= 0; k -= 1) value = value * 256n + BigInt(data[at + k] as number);
  return signed ? BigInt.asIntN(8 * itemBytes, value) : value;
}

function parseHeaderText(
  header: string,
  where: string,
): { dtype: string; fortranOrder: boolean; shape: number[] } {
  const dtype = /'descr':\s*'([^']{1,16})'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const braced = /^\{[^{}]*\}\s*$/.test(header);
  if (!braced || dtype === undefined || order === undefined || dimensions === undefined) {
    const received = JSON.stringify(header.trim().slice(0, 120));
    throw invalid(`${where}: expected a header with descr, fortran_order and shape, got ${received}`);
  }
  const shape = dimensions
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
  if (shape.length > MAX_DIMENSIONS || shape.some((dimension) => !Number.isSafeInteger(dimension))) {
    throw invalid(
      `${where}: expected at most ${MAX_DIMENSIONS} dimensions, got (${dimensions.slice(0, 120)})`,
    );
  }
  return { dtype, fortranOrder: order === "True", shape };
}
