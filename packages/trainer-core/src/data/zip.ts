import { Inflate } from "fflate";
import { TrainerError } from "../errors.js";
import { crc32 } from "./crc32.js";

/** One file of a ZIP archive, as its central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** As declared; {@link readZipEntry} holds the file to it. */
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly crc32: number;
  readonly method: number;
  readonly localHeaderOffset: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** A chunk of 64 KiB inflates to 66 MB at most, so that a lie about the size is found before it costs memory. */
const CHUNK_BYTES = 0x10000;
/** Deflate cannot do better, so that a larger declaration is a lie. */
const MAX_DEFLATE_RATIO = 1032;

/**
 * Reads the central directory of a ZIP archive; nothing is decompressed.
 * @throws TrainerError `invalid_data` for anything that is not a whole, plain ZIP archive with at most `maxEntries`.
 */
export function readZipDirectory(bytes: Uint8Array, file: string, maxEntries: number): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) {
    const start = bytes.length >= 4 && view.getUint32(0, true) === LOCAL_HEADER;
    const received = start ? "one without an end: it seems to be truncated" : "something else";
    throw invalid(`${file}: expected a ZIP archive (.npz), got ${received} (${bytes.length} bytes)`);
  }
  const numEntries = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  let offset = view.getUint32(end + 16, true);
  if (numEntries === 0xffff || directoryBytes === 0xffffffff || offset === 0xffffffff) {
    throw invalid(`${file}: expected a ZIP archive below 4 GiB, got a ZIP64 archive`);
  }
  if (numEntries > maxEntries) {
    throw invalid(`${file}: expected at most ${maxEntries} arrays, got ${numEntries}`);
  }
  if (offset + directoryBytes > end) {
    throw invalid(
      `${file}: expected the ZIP directory inside the file, got ${directoryBytes} bytes at ${offset}`,
    );
  }
  const entries: ZipEntry[] = [];
  for (let i = 0; i < numEntries; i += 1) {
    if (offset + 46 > end || view.getUint32(offset, true) !== DIRECTORY_ENTRY) {
      throw invalid(
        `${file}: expected ${numEntries} entries in the ZIP directory, entry ${i + 1} is damaged`,
      );
    }
    const nameLength = view.getUint16(offset + 28, true);
    const next =
      offset + 46 + nameLength + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
    if (next > end) throw invalid(`${file}: entry ${i + 1} of the ZIP directory reaches past its end`);
    const name = ascii(bytes.subarray(offset + 46, offset + 46 + nameLength));
    if ((view.getUint16(offset + 8, true) & 1) !== 0) {
      throw invalid(`${file}: ${name}: expected no encryption, got an encrypted entry`);
    }
    if (entries.some((entry) => entry.name === name)) {
      throw invalid(`${file}: ${name}: expected each array once, got it twice`);
    }
    entries.push({
      name,
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      compressedBytes: view.getUint32(offset + 20, true),
      uncompressedBytes: view.getUint32(offset + 24, true),
      localHeaderOffset: view.getUint32(offset + 42, true),
    });
    offset = next;
  }
  return entries;
}

/**
 * Decompresses one entry, stops as soon as it is longer than declared, and checks its CRC-32.
 * @throws TrainerError `invalid_data` that names file and entry.
 */
export function readZipEntry(bytes: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const where = `${file}: ${entry.name}`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = entry.localHeaderOffset;
  if (header + 30 > bytes.length || view.getUint32(header, true) !== LOCAL_HEADER) {
    throw invalid(`${where}: expected a ZIP entry at byte ${header}, got none: the file is damaged`);
  }
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const compressed = bytes.subarray(start, start + entry.compressedBytes);
  if (compressed.length !== entry.compressedBytes) {
    throw invalid(`${where}: expected ${entry.compressedBytes} compressed bytes, got ${compressed.length}`);
  }
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw invalid(`${where}: expected ZIP method 0 (stored) or 8 (deflate), got ${entry.method}`);
  }
  if (entry.uncompressedBytes > MAX_DEFLATE_RATIO * (entry.compressedBytes + 1)) {
    throw invalid(
      `${where}: expected a size that ${entry.compressedBytes} compressed bytes can hold, got ${entry.uncompressedBytes}`,
    );
  }
  const content = entry.method === STORED ? compressed : inflate(compressed, entry.uncompressedBytes, where);
  if (content.length !== entry.uncompressedBytes) {
    throw invalid(`${where}: expected ${entry.uncompressedBytes} bytes as declared, got ${content.length}`);
  }
  const sum = crc32(content);
  if (sum !== entry.crc32) {
    throw invalid(`${where}: expected CRC-32 ${hex(entry.crc32)}, got ${hex(sum)}: the file is damaged`);
  }
  return content;
}

function inflate(compressed: Uint8Array, declaredBytes: number, where: string): Uint8Array {
  const content = new Uint8Array(declaredBytes);
  let length = 0;
  const stream = new Inflate((part) => {
    if (length + part.length > declaredBytes) {
      throw invalid(`${where}: expected ${declaredBytes} bytes as declared, got more`);
    }
    content.set(part, length);
    length += part.length;
  });
  try {
    for (let at = 0; at < compressed.length || at === 0; at += CHUNK_BYTES) {
      const last = at + CHUNK_BYTES >= compressed.length;
      stream.push(compressed.subarray(at, at + CHUNK_BYTES), last);
    }
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrainerError(
      "invalid_data",
      `${where}: expected deflated data, got a damaged stream: ${reason}`,
      {
        cause,
      },
    );
  }
  return content.subarray(0, length);
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_SIZE - MAX_COMMENT);
  for (let at = view.byteLength - END_SIZE; at >= lowest; at -= 1) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return undefined;
}

/** Entry names go into messages: nothing but printable ASCII, and not without end. */
function ascii(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 128), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?",
  ).join("");
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function invalid(message: string): TrainerError {
  return new TrainerError("invalid_data", message);
}
