import type { SpoolRecord } from "./spool.js";

/** Records of rising seq, added at the end and removed from the front in constant time. */
export class RecordQueue {
  #records: SpoolRecord[] = [];
  /** Index of the oldest record; the array is compacted when half of it is gone. */
  #first = 0;
  #bytes = 0;

  get size(): number {
    return this.#records.length - this.#first;
  }

  /** UTF-16 code units of all frames. */
  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): SpoolRecord | undefined {
    return this.#records[this.#first];
  }

  push(record: SpoolRecord): void {
    this.#records.push(record);
    this.#bytes += record.frame.length;
  }

  shift(): SpoolRecord | undefined {
    const oldest = this.#records[this.#first];
    if (!oldest) return undefined;
    this.#first++;
    this.#bytes -= oldest.frame.length;
    if (this.#first > 1_024 && this.#first * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
    return oldest;
  }

  /** The records after `seq`, up to about `maxBytes`. */
  after(seq: number, maxBytes: number): SpoolRecord[] {
    const found: SpoolRecord[] = [];
    let bytes = 0;
    for (let index = this.#indexAfter(seq); index < this.#records.length && bytes < maxBytes; index++) {
      const record = this.#records[index] as SpoolRecord;
      found.push(record);
      bytes += record.frame.length;
    }
    return found;
  }

  /** Removes the oldest record that fits, if there is one. */
  removeOldest(fits: (record: SpoolRecord) => boolean): SpoolRecord | undefined {
    for (let index = this.#first; index < this.#records.length; index++) {
      const record = this.#records[index] as SpoolRecord;
      if (!fits(record)) continue;
      this.#records.splice(index, 1);
      this.#bytes -= record.frame.length;
      return record;
    }
    return undefined;
  }

  #indexAfter(seq: number): number {
    let [low, high] = [this.#first, this.#records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
