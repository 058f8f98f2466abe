import { gunzip, isGzip } from "../gunzip.js";
import { invalidData } from "../invalid-data.js";

/** Unsigned bytes in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface ParseIdxOptions {
  /** Named in messages. */
  readonly file: string;
  /** How many dimensions there must be: 3 for images, 1 for labels. */
  readonly numDimensions: 1 | 3;
  /** Most bytes that the content may take, decompressed. */
  readonly maxBytes: number;
}

const UNSIGNED_BYTES = 8;
const dtypes: Readonly<Record<number, string>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

/**
 * Parses an IDX file of unsigned bytes (LeCun's format for MNIST: two zero bytes, type, number of dimensions, then each
 * as big-endian uint32), gzipped or not. The content is held to the size that its header declares, in both directions.
 * @throws TrainerError `invalid_data` that names the file, what was expected and what came.
 */
export function parseIdx(bytes: Uint8Array, options: ParseIdxOptions): IdxArray {
  const { file, maxBytes } = options;
  const declaredBytes = (start: Uint8Array): number => {
    const declared = headerBytes(options) + sizeOf(parseShape(start, options));
    if (declared > maxBytes) {
      throw invalidData(
        `${file}: expected at most ${maxBytes} bytes, got ${declared} declared in its header`,
      );
    }
    return declared;
  };
  const content = isGzip(bytes) ? gunzip(bytes, { file, declaredBytes }) : bytes;
  const declared = declaredBytes(content);
  if (content.length !== declared) {
    throw invalidData(
      `${file}: expected ${declared} bytes as its header declares, got ${content.length}` +
        (content.length < declared ? ": the file is truncated" : ""),
    );
  }
  return { shape: parseShape(content, options), data: content.subarray(headerBytes(options)) };
}

function parseShape(start: Uint8Array, options: ParseIdxOptions): number[] {
  const { file, numDimensions } = options;
  if (start.length < 4 || start[0] !== 0 || start[1] !== 0) {
    throw invalidData(
      `${file}: expected an IDX file, gzipped or not, got something else (${start.length} bytes)`,
    );
  }
  const [type, dimensions] = [start[2] as number, start[3]];
  if (type !== UNSIGNED_BYTES) {
    throw invalidData(`${file}: expected IDX type 8 (uint8), got ${type} (${dtypes[type] ?? "unknown"})`);
  }
  if (dimensions !== numDimensions) {
    const content = numDimensions === 3 ? "images" : "labels";
    throw invalidData(`${file}: expected ${numDimensions} dimensions, as ${content} have, got ${dimensions}`);
  }
  if (start.length < headerBytes(options)) {
    throw invalidData(
      `${file}: expected a header of ${headerBytes(options)} bytes, got the end of the file after ${start.length}`,
    );
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const shape = Array.from({ length: numDimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  if (shape.includes(0)) {
    throw invalidData(`${file}: expected at least one in each dimension, got (${shape.join(", ")})`);
  }
  return shape;
}

function headerBytes({ numDimensions }: ParseIdxOptions): number {
  return 4 + 4 * numDimensions;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
