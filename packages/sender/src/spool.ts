import type { WireEvent } from "@fedloom/protocol";

/** An event on its way: numbered and written once. */
export interface SpoolRecord {
  readonly seq: number;
  /** The event as JSON text, its meta last. */
  readonly frame: string;
  /** Whether only the latest value matters, so that it is the first to go when there is no room. */
  readonly isGauge: boolean;
}

/** Where the events of one source of one run are kept until the relay has them. Nothing in it throws or waits. */
export interface Spool {
  /** Seq of the oldest record that can still be read; `lastSeq + 1` when there is none. */
  readonly firstSeq: number;
  /** Seq of the newest record; 0 for none. */
  readonly lastSeq: number;
  /** Seq up to which the relay has everything. */
  readonly acknowledged: number;
  /** Records that outlive this process. */
  readonly numSpooled: number;
  /** Records that had to go before the relay had them. */
  readonly numDropped: number;
  /** Why records are not kept as they should be, such as a full disk; the run goes on all the same. */
  readonly failure: string | undefined;
  /** Adds the record with seq `lastSeq + 1`. */
  append(record: SpoolRecord, event: WireEvent): void;
  /** The next records after `seq`, oldest first: at least one if there is one, up to about `maxBytes`. */
  read(seq: number, maxBytes: number): readonly SpoolRecord[] | Promise<readonly SpoolRecord[]>;
  /** Notes that the relay has everything up to `seq`. */
  acknowledge(seq: number): void;
  /** Resolves once every record outlives this process, or cannot: see `failure`. Absent where none ever does. */
  settle?(): Promise<void>;
  /** Writes what is not written yet and lets go of everything; resolves when that is done or cannot be. */
  close(): Promise<void>;
}

/** Opens the spools of a sender, one per run and source. */
export interface SpoolStore {
  open(runId: string, source: string): Spool;
  /** Spools of programs that are gone and whose events the relay does not have. */
  leftovers?(): Promise<readonly Leftover[]>;
}

export interface Leftover {
  readonly runId: string;
  readonly source: string;
  readonly spool: Spool;
}
