import { TrainerError } from "../errors.js";

/** An array of unsigned bytes in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const MAX_HEADER_BYTES = 0x10000;
const MAX_DIMENSIONS = 8;

/**
 * Parses a NumPy `.npy` file, versions 1.0 to 3.0, of unsigned bytes in C order; the data is a view, not a copy.
 * @throws TrainerError `invalid_data` whose message starts with `where`.
 */
export function parseNpy(bytes: Uint8Array, where: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059) {
    throw invalid(`${where}: expected a NumPy array (.npy), got something else`);
  }
  const major = bytes[6] as number;
  if (major < 1 || major > 3) throw invalid(`${where}: expected .npy version 1 to 3, got ${major}`);
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw invalid(`${where}: expected a header, got the end of the array`);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES || headerStart + headerBytes > bytes.length) {
    throw invalid(
      `${where}: expected a header within ${bytes.length} bytes, got one of ${headerBytes} bytes`,
    );
  }
  const header = String.fromCharCode(...bytes.subarray(headerStart, headerStart + headerBytes));
  const { descr, fortranOrder, shape } = parseHeader(header, where);
  if (descr !== "|u1") throw invalid(`${where}: expected dtype uint8 (|u1), got ${descr}`);
  if (fortranOrder) throw invalid(`${where}: expected C order, got Fortran order`);
  const data = bytes.subarray(headerStart + headerBytes);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== data.length) {
    throw invalid(`${where}: expected ${size} bytes for shape (${shape.join(", ")}), got ${data.length}`);
  }
  return { shape, data };
}

function parseHeader(
  header: string,
  where: string,
): { descr: string; fortranOrder: boolean; shape: number[] } {
  const descr = /'descr':\s*'([^']{1,16})'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const braced = /^\{[^{}]*\}\s*$/.test(header);
  if (!braced || descr === undefined || order === undefined || dimensions === undefined) {
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
  return { descr, fortranOrder: order === "True", shape };
}

function invalid(message: string): TrainerError {
  return new TrainerError("invalid_data", message);
}
