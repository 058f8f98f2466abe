import { Inflate } from "fflate";
import { TrainerError } from "../errors.js";
import { invalidData } from "./invalid-data.js";

/** A chunk of 64 KiB inflates to 66 MB at most, so that a lie about the size is found before it costs memory. */
const CHUNK_BYTES = 0x10000;
/** Deflate cannot do better, so that a larger declaration is a lie. */
export const MAX_DEFLATE_RATIO = 1032;

/**
 * Decompresses raw deflate data, and stops as soon as it is longer than declared; it may be shorter.
 * @throws TrainerError `invalid_data` whose message starts with `where`.
 */
export function inflate(compressed: Uint8Array, declaredBytes: number, where: string): Uint8Array {
  if (declaredBytes > MAX_DEFLATE_RATIO * (compressed.length + 1)) {
    throw invalidData(
      `${where}: expected a size that ${compressed.length} compressed bytes can hold, got ${declaredBytes}`,
    );
  }
  const content = new Uint8Array(declaredBytes);
  let length = 0;
  inflateChunks(compressed, where, (part) => {
    if (length + part.length > declaredBytes) {
      throw invalidData(`${where}: expected ${declaredBytes} bytes as declared, got more`);
    }
    content.set(part, length);
    length += part.length;
    return true;
  });
  return content.subarray(0, length);
}

/** The first bytes of raw deflate data, at least `numBytes` where there are as many; see {@link inflate}. */
export function inflateStart(compressed: Uint8Array, numBytes: number, where: string): Uint8Array {
  const start = new Uint8Array(numBytes);
  let length = 0;
  inflateChunks(
    compressed,
    where,
    (part) => {
      start.set(part.subarray(0, numBytes - length), length);
      length = Math.min(numBytes, length + part.length);
      return length < numBytes;
    },
    256,
  );
  return start.subarray(0, length);
}

/** Gives what comes out, part by part, until the end or until `take` says that it has enough. */
function inflateChunks(
  compressed: Uint8Array,
  where: string,
  take: (part: Uint8Array) => boolean,
  chunkBytes = CHUNK_BYTES,
): void {
  let more = true;
  const stream = new Inflate((part) => {
    more = take(part);
  });
  try {
    for (let at = 0; more && (at < compressed.length || at === 0); at += chunkBytes) {
      stream.push(compressed.subarray(at, at + chunkBytes), at + chunkBytes >= compressed.length);
    }
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidData(`${where}: expected deflated data, got a damaged stream: ${reason}`, cause);
  }
}
