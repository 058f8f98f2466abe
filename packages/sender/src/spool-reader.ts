import { closeSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { parseSpoolLine, type SpoolLine } from "./spool-line.js";

/** A line of a spool file and where the next one begins. */
export interface PlacedLine {
  /** Undefined for a line that is torn or damaged. */
  line: SpoolLine | undefined;
  end: number;
}

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** No event is longer than a frame; what goes on for longer without a newline is damage. */
const MAX_LINE_BYTES = 256 * 1024;

/** Reads the lines of a spool file from a byte offset to its end, in chunks, so that memory does not grow with it. */
export async function* readSpoolLines(path: string, start = 0): AsyncGenerator<PlacedLine[]> {
  const file = await open(path, "r");
  try {
    yield* readLines(file, start);
  } finally {
    await file.close();
  }
}

async function* readLines(file: FileHandle, start: number): AsyncGenerator<PlacedLine[]> {
  let rest = Buffer.alloc(0);
  for (let offset = start; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset + rest.length);
    if (bytesRead === 0) {
      if (rest.length > 0) yield [{ line: undefined, end: offset + rest.length }];
      return;
    }
    const bytes =
      rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, bytesRead)]) : chunk.subarray(0, bytesRead);
    const { lines, used } = splitLines(bytes, offset);
    if (lines.length > 0) yield lines;
    offset += used;
    rest = Buffer.from(bytes.subarray(used));
    if (rest.length > MAX_LINE_BYTES) {
      offset += rest.length;
      rest = Buffer.alloc(0);
      yield [{ line: undefined, end: offset }];
    }
  }
}

function splitLines(bytes: Buffer, offset: number): { lines: PlacedLine[]; used: number } {
  const lines: PlacedLine[] = [];
  let used = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, used)) {
    if (end > used)
      lines.push({ line: parseSpoolLine(bytes.toString("utf8", used, end)), end: offset + end + 1 });
    used = end + 1;
  }
  return { lines, used };
}

/** The newest seq of a source in a spool file, looked for from its end; 0 when there is none. */
export function findLastSeq(path: string, size: number, source: string): number {
  const file = openSync(path, "r");
  try {
    let tail = "";
    for (let end = size; end > 0; end -= CHUNK_BYTES) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const chunk = Buffer.alloc(end - start);
      readSync(file, chunk, 0, chunk.length, start);
      // Latin 1 keeps bytes apart where a chunk begins in the middle of a letter; lines are decoded whole below.
      const lines = (chunk.toString("latin1") + tail).split("\n");
      tail = start > 0 ? (lines.shift() ?? "") : "";
      if (tail.length > MAX_LINE_BYTES) tail = "";
      for (const text of lines.reverse()) {
        const line = parseSpoolLine(Buffer.from(text, "latin1").toString("utf8"));
        if (line?.source === source) return line.seq;
      }
    }
    return 0;
  } finally {
    closeSync(file);
  }
}
