import { crc32 } from "./crc32.js";
import { inflate, inflateStart } from "./inflate.js";
import { invalidData } from "./invalid-data.js";

const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const DEFLATE = 8;
const HAS_HEADER_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;

export interface GunzipOptions {
  /** Named in messages. */
  readonly file: string;
  /** How many bytes the content says it has, read from its first bytes; throws if that is too many. */
  readonly declaredBytes: (start: Uint8Array) => number;
}

/** Whether the bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a gzip file of one member (RFC 1952) whose content declares its own size: it stops as soon as there is
 * more, and holds the result to the CRC-32 and the size in the trailer.
 * @throws TrainerError `invalid_data` that names the file, what was expected and what came.
 */
export function gunzip(bytes: Uint8Array, { file, declaredBytes }: GunzipOptions): Uint8Array {
  const body = bytes.subarray(headerBytes(bytes, file), bytes.length - TRAILER_BYTES);
  const declared = declaredBytes(inflateStart(body, 64, file));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trailerBytes = view.getUint32(bytes.length - 4, true);
  if (trailerBytes !== declared % 2 ** 32) {
    throw invalidData(
      `${file}: expected ${declared} bytes as its content declares, got ${trailerBytes} in the gzip trailer: ` +
        "the file is truncated or damaged",
    );
  }
  const content = inflate(body, declared, file);
  if (content.length !== declared) {
    throw invalidData(`${file}: expected ${declared} bytes as declared, got ${content.length}`);
  }
  const [expected, sum] = [view.getUint32(bytes.length - TRAILER_BYTES, true), crc32(content)];
  if (sum !== expected) {
    throw invalidData(`${file}: expected CRC-32 ${hex(expected)}, got ${hex(sum)}: the file is damaged`);
  }
  return content;
}

function headerBytes(bytes: Uint8Array, file: string): number {
  const truncated = () =>
    invalidData(`${file}: expected a gzip file, got the end of one after ${bytes.length} bytes`);
  if (!isGzip(bytes)) throw invalidData(`${file}: expected a gzip file, got something else`);
  if (bytes.length < FIXED_HEADER_BYTES + TRAILER_BYTES) throw truncated();
  if (bytes[2] !== DEFLATE) throw invalidData(`${file}: expected gzip method 8 (deflate), got ${bytes[2]}`);
  const flags = bytes[3] as number;
  let at = FIXED_HEADER_BYTES;
  if ((flags & HAS_EXTRA) !== 0) at += 2 + (bytes[at] as number) + 256 * (bytes[at + 1] as number);
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) throw truncated();
    at = end + 1;
  }
  if ((flags & HAS_HEADER_CRC) !== 0) at += 2;
  if (at + TRAILER_BYTES > bytes.length) throw truncated();
  return at;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
