import { SenderError } from "./errors.js";
import type { Spool, SpoolRecord } from "./spool.js";
import { SpoolFileCursor } from "./spool-file-cursor.js";
import { runIdOfLine } from "./spool-line.js";
import { readSpoolLines } from "./spool-reader.js";
import { readSources, writeSources } from "./spool-snapshot.js";

/** One source of one run in a spool file. */
export interface StoredSource {
  runId: string;
  source: string;
  lastSeq: number;
  numRecords: number;
}

/**
 * Looks through a spool file for whose events are in it.
 * @throws SenderError `file_unreadable`.
 */
export async function scanSpool(path: string): Promise<{ sources: StoredSource[]; numDamaged: number }> {
  const sources = new Map<string, StoredSource>();
  let numDamaged = 0;
  try {
    for await (const lines of readSpoolLines(path)) {
      for (const { line } of lines) {
        let known = line && sources.get(line.source);
        if (line && !known) {
          const runId = runIdOfLine(line);
          if (runId !== undefined) {
            known = { runId, source: line.source, lastSeq: 0, numRecords: 0 };
            sources.set(line.source, known);
          }
        }
        if (!line || !known) numDamaged++;
        else if (line.seq > known.lastSeq) {
          known.lastSeq = line.seq;
          known.numRecords++;
        }
      }
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SenderError("file_unreadable", `${path}: expected a readable file: ${reason}`, { cause });
  }
  return { sources: [...sources.values()], numDamaged };
}

/** A source of a finished spool file, to be read only. */
export class StoredSpool implements Spool {
  readonly firstSeq = 1;
  readonly lastSeq: number;
  readonly numSpooled: number;
  readonly numDropped = 0;
  readonly failure = undefined;
  readonly #snapshotPath: string;
  readonly #source: string;
  readonly #cursor: SpoolFileCursor;
  #acknowledged: number;

  constructor(path: string, { source, lastSeq, numRecords }: StoredSource) {
    this.lastSeq = lastSeq;
    this.numSpooled = numRecords;
    this.#source = source;
    this.#cursor = new SpoolFileCursor(path, source);
    this.#snapshotPath = path.replace(/\.jsonl$/, ".json");
    this.#acknowledged = Math.min(readSources(this.#snapshotPath)[source]?.acknowledged ?? 0, lastSeq);
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  append(): void {
    throw new Error("a stored spool takes no records");
  }

  read(seq: number, maxBytes: number): Promise<readonly SpoolRecord[]> {
    return this.#cursor.readAfter(seq, { start: 0, maxBytes, upTo: this.lastSeq + 1 });
  }

  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(seq, this.lastSeq));
  }

  /** Notes in the snapshot how far the relay is; a folder that cannot be written to is left as it is. */
  async close(): Promise<void> {
    const state = { last: this.lastSeq, acknowledged: this.#acknowledged };
    await writeSources(this.#snapshotPath, { [this.#source]: state }).catch(() => {});
  }
}
