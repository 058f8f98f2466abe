import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ServerError } from "../errors.js";

export interface SaveUploadOptions {
  readonly kind: "npz" | "csv";
  readonly dataDirectory: string;
  readonly maxBytes: number;
  /** As the client announces it; 0 if it does not. */
  readonly numBytesTold: number;
}

export interface SavedUpload {
  readonly path: string;
  readonly numBytes: number;
  /** As 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Left free for the database, which stops working on a full disk. */
const RESERVE_BYTES = 512 * 1024 * 1024;
/** By which a zip archive is known. */
const MAGIC_BYTES = 4;
const CHECK_EVERY_BYTES = 32 * 1024 * 1024;
/** What a broken-off upload leaves is removed after this time. */
const LEFTOVER_MS = 24 * 60 * 60_000;

/**
 * Writes a file of samples to the disk under a name made of its content, whole or not at all.
 * @throws ServerError `data_unreadable`, `too_large` or `disk_full`; `field` is `body`.
 */
export async function saveUpload(
  body: Readable | undefined,
  { kind, dataDirectory, maxBytes, numBytesTold }: SaveUploadOptions,
): Promise<SavedUpload> {
  if (!body || typeof body.pipe !== "function") throw refusal("data_unreadable", `a ${kind} file`, "nothing");
  if (numBytesTold > maxBytes) throw refusal("too_large", `at most ${maxBytes} bytes`, `${numBytesTold}`);
  const folder = join(dataDirectory, "uploads");
  try {
    await mkdir(folder, { recursive: true });
    await requireRoom(folder, numBytesTold);
    await removeLeftovers(folder);
    return await write(body, { kind, folder, maxBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    throw new ServerError("disk_full", "the disk has no room for this file", { cause: error });
  }
}

async function write(
  body: Readable,
  { kind, folder, maxBytes }: { kind: "npz" | "csv"; folder: string; maxBytes: number },
): Promise<SavedUpload> {
  const temporary = join(folder, `${randomUUID()}.part`);
  const hash = createHash("sha256");
  const file = await open(temporary, "wx", 0o600);
  let numBytes = 0;
  let start = Buffer.alloc(0);
  let nextCheck = CHECK_EVERY_BYTES;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (start.length < MAGIC_BYTES) {
        start = Buffer.concat([start, chunk]);
        if (start.length >= MAGIC_BYTES) requireKind(kind, start);
      }
      numBytes += chunk.length;
      if (numBytes > maxBytes) throw refusal("too_large", `at most ${maxBytes} bytes`, "more");
      if (numBytes > nextCheck) {
        await requireRoom(folder, 0);
        nextCheck += CHECK_EVERY_BYTES;
      }
      hash.update(chunk);
      await file.write(chunk);
    }
    if (start.length < MAGIC_BYTES) throw refusal("data_unreadable", `a ${kind} file`, `${numBytes} bytes`);
    await file.sync();
    await file.close();
    const sha256 = hash.digest("hex");
    const path = join(folder, `${sha256}.${kind}`);
    await rename(temporary, path);
    return { path, numBytes, sha256 };
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What can be told from the beginning; what is wrong further in is told by the run. */
function requireKind(kind: "npz" | "csv", start: Buffer): void {
  const isZip = start.subarray(0, MAGIC_BYTES).equals(Buffer.from("PK\x03\x04", "latin1"));
  if (kind === "npz" && !isZip)
    throw refusal("data_unreadable", "an .npz file, which begins with PK", "another file");
  if (kind === "csv" && (isZip || start.includes(0)))
    throw refusal("data_unreadable", "CSV text", "a binary file");
}

async function requireRoom(folder: string, numBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize - numBytes > RESERVE_BYTES) return;
  throw new ServerError("disk_full", "the disk has no room for this file");
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".part")) continue;
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status && Date.now() - status.mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
  }
}

function refusal(code: "data_unreadable" | "too_large", expected: string, received: string): ServerError {
  const message = `body: expected ${expected}, received ${received}`;
  return new ServerError(code, message, { field: "body", expected, received });
}
