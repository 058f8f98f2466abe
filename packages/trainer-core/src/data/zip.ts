import { crc32 } from "./crc32.js";
import { inflate } from "./inflate.js";
import { invalidData as invalid } from "./invalid-data.js";

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
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_FIELD = 1;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
export const ZIP_STORED = 0;
const DEFLATED = 8;
export const LOCAL_HEADER_BYTES = 30;

export interface ZipDirectoryOptions {
  readonly maxEntries: number;
  /** Where in the file `bytes` starts, if they are only its end; default 0. */
  readonly start?: number;
}

/**
 * Reads the central directory of a ZIP archive, ZIP64 included; nothing is decompressed. `bytes` may be the end of the
 * file alone.
 * @throws TrainerError `invalid_data` for anything that is not a whole, plain ZIP archive with at most `maxEntries`.
 */
export function readZipDirectory(
  bytes: Uint8Array,
  file: string,
  { maxEntries, start = 0 }: ZipDirectoryOptions,
): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) {
    const isZip = start > 0 || (bytes.length >= 4 && view.getUint32(0, true) === LOCAL_HEADER);
    const received = isZip ? "one without an end: it seems to be truncated" : "something else";
    throw invalid(`${file}: expected a ZIP archive (.npz), got ${received} (${start + bytes.length} bytes)`);
  }
  const { numEntries, directoryBytes, directoryOffset } = readEnd(view, { end, start, file });
  if (numEntries > maxEntries) {
    throw invalid(`${file}: expected at most ${maxEntries} arrays, got ${numEntries}`);
  }
  let offset = directoryOffset - start;
  if (offset < 0 || offset + directoryBytes > end) {
    throw invalid(
      `${file}: expected the ZIP directory inside the file, got ${directoryBytes} bytes at ${directoryOffset}`,
    );
  }
  const entries: ZipEntry[] = [];
  for (let i = 0; i < numEntries; i += 1) {
    if (offset + 46 > end || view.getUint32(offset, true) !== DIRECTORY_ENTRY) {
      throw invalid(
        `${file}: expected ${numEntries} entries in the ZIP directory, entry ${i + 1} is damaged`,
      );
    }
    const extraStart = offset + 46 + view.getUint16(offset + 28, true);
    const extraEnd = extraStart + view.getUint16(offset + 30, true);
    const next = extraEnd + view.getUint16(offset + 32, true);
    if (next > end) throw invalid(`${file}: entry ${i + 1} of the ZIP directory reaches past its end`);
    const name = ascii(bytes.subarray(offset + 46, extraStart));
    if ((view.getUint16(offset + 8, true) & 1) !== 0) {
      throw invalid(`${file}: ${name}: expected no encryption, got an encrypted entry`);
    }
    if (entries.some((entry) => entry.name === name)) {
      throw invalid(`${file}: ${name}: expected each array once, got it twice`);
    }
    const sizes = readSizes(view, { offset, extraStart, extraEnd, where: `${file}: ${name}` });
    entries.push({
      name,
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      ...sizes,
    });
    offset = next;
  }
  return entries;
}

/** What the end of the archive says about the directory; what does not fit there is in a ZIP64 record before it. */
function readEnd(
  view: DataView,
  { end, start, file }: { end: number; start: number; file: string },
): { numEntries: number; directoryBytes: number; directoryOffset: number } {
  const numEntries = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  const directoryOffset = view.getUint32(end + 16, true);
  if (numEntries !== 0xffff && directoryBytes !== 0xffffffff && directoryOffset !== 0xffffffff) {
    return { numEntries, directoryBytes, directoryOffset };
  }
  const locator = end - 20;
  const found = locator >= 0 && view.getUint32(locator, true) === ZIP64_LOCATOR;
  const record = found ? uint64(view, locator + 8) - start : -1;
  if (record < 0 || record + 56 > locator || view.getUint32(record, true) !== ZIP64_END) {
    throw invalid(`${file}: expected a ZIP64 directory, got none: the file is damaged`);
  }
  return {
    numEntries: uint64(view, record + 32),
    directoryBytes: uint64(view, record + 40),
    directoryOffset: uint64(view, record + 48),
  };
}

/** Sizes and place of an entry; those of 4 GiB and more are in its ZIP64 field, in this order. */
function readSizes(
  view: DataView,
  {
    offset,
    extraStart,
    extraEnd,
    where,
  }: { offset: number; extraStart: number; extraEnd: number; where: string },
): Pick<ZipEntry, "uncompressedBytes" | "compressedBytes" | "localHeaderOffset"> {
  let at = extraStart;
  while (at + 4 <= extraEnd && view.getUint16(at, true) !== ZIP64_FIELD)
    at += 4 + view.getUint16(at + 2, true);
  let next = at + 4;
  const read = (field: number): number => {
    const value = view.getUint32(offset + field, true);
    if (value !== 0xffffffff) return value;
    if (next + 8 > extraEnd) throw invalid(`${where}: expected a ZIP64 size, got none: the file is damaged`);
    next += 8;
    return uint64(view, next - 8);
  };
  return { uncompressedBytes: read(24), compressedBytes: read(20), localHeaderOffset: read(42) };
}

function uint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);
}

/**
 * Decompresses one entry, stops as soon as it is longer than declared, and checks its CRC-32.
 * @throws TrainerError `invalid_data` that names file and entry.
 */
export function readZipEntry(bytes: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const where = `${file}: ${entry.name}`;
  const header = bytes.subarray(entry.localHeaderOffset, entry.localHeaderOffset + LOCAL_HEADER_BYTES);
  const start = entry.localHeaderOffset + localHeaderBytes(header, entry, file);
  const compressed = bytes.subarray(start, start + entry.compressedBytes);
  if (compressed.length !== entry.compressedBytes) {
    throw invalid(`${where}: expected ${entry.compressedBytes} compressed bytes, got ${compressed.length}`);
  }
  const content =
    entry.method === ZIP_STORED ? compressed : inflate(compressed, entry.uncompressedBytes, where);
  if (content.length !== entry.uncompressedBytes) {
    throw invalid(`${where}: expected ${entry.uncompressedBytes} bytes as declared, got ${content.length}`);
  }
  const sum = crc32(content);
  if (sum !== entry.crc32) {
    throw invalid(`${where}: expected CRC-32 ${hex(entry.crc32)}, got ${hex(sum)}: the file is damaged`);
  }
  return content;
}

/**
 * How far the content of an entry is from the start of its local header.
 * @throws TrainerError `invalid_data` for a header that is none, and a method that is not read.
 */
export function localHeaderBytes(header: Uint8Array, entry: ZipEntry, file: string): number {
  const where = `${file}: ${entry.name}`;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL_HEADER) {
    throw invalid(
      `${where}: expected a ZIP entry at byte ${entry.localHeaderOffset}, got none: the file is damaged`,
    );
  }
  if (entry.method !== ZIP_STORED && entry.method !== DEFLATED) {
    throw invalid(`${where}: expected ZIP method 0 (stored) or 8 (deflate), got ${entry.method}`);
  }
  return LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
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
