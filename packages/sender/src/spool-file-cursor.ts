import type { SpoolRecord } from "./spool.js";
import { readSpoolLines } from "./spool-reader.js";

export interface ReadRange {
  /** Byte at which to begin, at or before the record after `seq`; needed only where the last read did not end there. */
  start: number;
  maxBytes: number;
  /** Seq before which to stop. */
  upTo: number;
}

/** Reads one source's records from a spool file, in order, on from where the last read ended. */
export class SpoolFileCursor {
  readonly #path: string;
  readonly #source: string;
  #end = { seq: 0, offset: 0 };

  constructor(path: string, source: string) {
    this.#path = path;
    this.#source = source;
  }

  /** The records after `seq`: whole chunks, until `maxBytes` are reached. */
  async readAfter(seq: number, { start, maxBytes, upTo }: ReadRange): Promise<SpoolRecord[]> {
    const records: SpoolRecord[] = [];
    let [last, bytes] = [seq, 0];
    const from = this.#end.seq === seq ? this.#end.offset : start;
    for await (const lines of readSpoolLines(this.#path, from)) {
      for (const { line, end } of lines) {
        if (line?.source === this.#source && line.seq > last) {
          if (line.seq >= upTo) return records;
          last = line.seq;
          records.push({ seq: last, frame: line.frame, isGauge: false });
          bytes += line.frame.length;
        }
        this.#end = { seq: last, offset: end };
      }
      if (bytes >= maxBytes) break;
    }
    return records;
  }
}
