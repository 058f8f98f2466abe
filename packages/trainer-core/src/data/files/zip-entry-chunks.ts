import type { FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { TrainerError } from "../../errors.js";
import { invalidData } from "../invalid-data.js";
import { LOCAL_HEADER_BYTES, localHeaderBytes, ZIP_STORED, type ZipEntry } from "../zip.js";

const CHUNK_BYTES = 2 ** 20;
const START_BYTES = 0x20000;

/**
 * Decompresses an entry of a ZIP file part by part, stops as soon as it is longer than declared, and holds it to its
 * size and CRC-32 at the end.
 * @throws TrainerError `invalid_data` that names file and entry.
 */
export async function* zipEntryChunks(
  handle: FileHandle,
  entry: ZipEntry,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const where = `${file}: ${entry.name}`;
  let [length, sum] = [0, 0];
  for await (const chunk of contentOf(handle, entry, file)) {
    length += chunk.length;
    if (length > entry.uncompressedBytes) {
      throw invalidData(`${where}: expected ${entry.uncompressedBytes} bytes as declared, got more`);
    }
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (length !== entry.uncompressedBytes) {
    throw invalidData(`${where}: expected ${entry.uncompressedBytes} bytes as declared, got ${length}`);
  }
  if (sum !== entry.crc32) {
    const hex = (value: number) => value.toString(16).padStart(8, "0");
    throw invalidData(`${where}: expected CRC-32 ${hex(entry.crc32)}, got ${hex(sum)}: the file is damaged`);
  }
}

/** The first 128 KiB of an entry, or all of it: enough for any header. */
export async function readEntryStart(handle: FileHandle, entry: ZipEntry, file: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of contentOf(handle, entry, file)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= START_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, START_BYTES);
}

/** `length` bytes from `position` on, or as many as there are. */
export async function readFully(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function* contentOf(handle: FileHandle, entry: ZipEntry, file: string): AsyncGenerator<Uint8Array> {
  const header = await readFully(handle, entry.localHeaderOffset, LOCAL_HEADER_BYTES);
  const start = entry.localHeaderOffset + localHeaderBytes(header, entry, file);
  const compressed = fileChunks(handle, start, entry.compressedBytes);
  if (entry.method === ZIP_STORED) {
    yield* compressed;
    return;
  }
  const inflated = createInflateRaw({ chunkSize: 2 ** 16 });
  // Its error comes out of the loop below as well.
  pipeline(Readable.from(compressed), inflated, () => undefined);
  try {
    for await (const chunk of inflated) yield chunk as Uint8Array;
  } catch (cause) {
    if (cause instanceof TrainerError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidData(
      `${file}: ${entry.name}: expected deflated data, got a damaged stream: ${reason}`,
      cause,
    );
  }
}

async function* fileChunks(handle: FileHandle, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += CHUNK_BYTES) {
    const chunk = await readFully(handle, start + at, Math.min(CHUNK_BYTES, length - at));
    if (chunk.length === 0) return;
    yield chunk;
  }
}
