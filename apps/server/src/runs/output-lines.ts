import { stripVTControlCharacters } from "node:util";
import { cutText } from "./cut-text.js";

export interface OutputLimits {
  /** Longest line in characters; the rest of it is left out; 4,096. */
  readonly maxLength?: number;
  /** Lines in a second; 50. */
  readonly maxPerSecond?: number;
  /** Lines in all; 10,000. */
  readonly maxLines?: number;
}

export interface OutputLine {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const NEWLINE = 0x0a;

/** Cuts what a process writes into lines, and lets no more of them through than somebody could read. */
export class OutputLines {
  readonly #onLine: (line: OutputLine) => void;
  readonly #limits: Required<OutputLimits>;
  readonly #clock: () => number;
  readonly #begun = { stdout: new LineBuffer(), stderr: new LineBuffer() };
  #numLines = 0;
  #numLeftOut = 0;
  #second = { start: 0, numLines: 0 };
  /** The last line of stderr: what a process says when it dies. */
  lastWords = "";

  constructor(
    onLine: (line: OutputLine) => void,
    limits: OutputLimits = {},
    clock: () => number = () => performance.now(),
  ) {
    this.#onLine = onLine;
    this.#limits = { maxLength: 4_096, maxPerSecond: 50, maxLines: 10_000, ...limits };
    this.#clock = clock;
  }

  write(stream: OutputLine["stream"], chunk: Buffer): void {
    const begun = this.#begun[stream];
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, start);
      begun.add(chunk.subarray(start, end < 0 ? chunk.length : end), this.#maxBytes);
      if (end < 0) return;
      this.#take(stream, begun.end());
      start = end + 1;
    }
  }

  /** Gives out what has no newline yet, and says how much was left out. */
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = this.#begun[stream].end();
      if (rest.length > 0) this.#take(stream, rest);
    }
    this.#tellLeftOut();
  }

  /** No character takes more. */
  get #maxBytes(): number {
    return this.#limits.maxLength * 4;
  }

  #take(stream: OutputLine["stream"], bytes: Buffer): void {
    const { maxLines, maxPerSecond } = this.#limits;
    if (this.#clock() - this.#second.start >= 1_000) {
      if (this.#numLines < maxLines) this.#tellLeftOut();
      this.#second = { start: this.#clock(), numLines: 0 };
    }
    const isTooMuch = this.#numLines >= maxLines || this.#second.numLines >= maxPerSecond;
    if (isTooMuch && stream === "stdout") {
      this.#numLeftOut += 1;
      return;
    }
    const text = this.#readable(bytes);
    if (text === "") return;
    if (stream === "stderr") this.lastWords = text;
    if (isTooMuch) {
      this.#numLeftOut += 1;
      return;
    }
    this.#numLines += 1;
    this.#second.numLines += 1;
    this.#onLine({ stream, text });
  }

  #readable(bytes: Buffer): string {
    const plain = stripVTControlCharacters(bytes.toString()).replaceAll("\t", "  ");
    return cutText(plain.replaceAll(CONTROL, ""), this.#limits.maxLength).trimEnd();
  }

  #tellLeftOut(): void {
    if (this.#numLeftOut === 0) return;
    const text = `${this.#numLeftOut} lines of output left out`;
    this.#numLeftOut = 0;
    this.#onLine({ stream: "stdout", text });
  }
}

/** The beginning of a line, however long it gets. */
class LineBuffer {
  #parts: Buffer[] = [];
  #numBytes = 0;

  add(part: Buffer, maxBytes: number): void {
    const kept = part.subarray(0, maxBytes - this.#numBytes);
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#numBytes += kept.length;
  }

  end(): Buffer {
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#numBytes = 0;
    return line;
  }
}
