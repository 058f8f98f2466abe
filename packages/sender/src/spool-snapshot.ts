import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { WireEvent } from "@fedloom/protocol";

/** What a snapshot says of a source's spool. */
export interface SourceState {
  /** Seq of its newest record. */
  last: number;
  /** Seq up to which the relay has everything. */
  acknowledged: number;
}

const INTERVAL_MS = 500;
const FIELDS = ["round", "total_rounds", "epoch", "total_epochs", "status", "metrics", "final_metrics"];

/** A run's newest state in a small JSON file, replaced as a whole, for programs that poll and for the next process. */
export class SpoolSnapshot {
  readonly path: string;
  readonly #source: string;
  readonly #fields: Record<string, unknown>;
  readonly #sources: Record<string, SourceState>;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(path: string, about: { runId: string; experimentName: string; source: string }) {
    this.path = path;
    this.#source = about.source;
    this.#fields = { run_id: about.runId, experiment_name: about.experimentName };
    this.#sources = readSources(path);
    this.#sources[about.source] ??= { last: 0, acknowledged: 0 };
  }

  /** What is known of this process's source. */
  get state(): SourceState {
    return this.#sources[this.#source] as SourceState;
  }

  /** Keeps the newest value of every field that a poller asks for. */
  note({ type, timestamp, data }: WireEvent): void {
    this.#fields.updated_at = timestamp;
    this.#fields.last_event = type;
    if (type !== "client_complete" && type !== "client_progress") {
      for (const field of FIELDS) if (data[field] !== undefined) this.#fields[field] = data[field];
    }
    this.writeSoon();
  }

  writeSoon(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, INTERVAL_MS).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    try {
      writeFileSync(this.#temporary, this.#text());
      renameSync(this.#temporary, this.path);
    } catch {
      // The spool itself tells of a disk that takes nothing.
    }
  }

  get #temporary(): string {
    return `${this.path}.${process.pid}.tmp`;
  }

  async #write(): Promise<void> {
    try {
      await writeFile(this.#temporary, this.#text());
      await rename(this.#temporary, this.path);
    } catch {
      // As above; the next change tries again.
    }
  }

  #text(): string {
    return `${JSON.stringify({ ...this.#fields, sources: this.#sources })}\n`;
  }
}

/** Writes down how far sources are, in a snapshot that nobody else has open. */
export async function writeSources(
  path: string,
  sources: Readonly<Record<string, SourceState>>,
): Promise<void> {
  const found = await readFile(path, "utf8").then(
    (text) => JSON.parse(text) as Record<string, unknown>,
    () => ({}),
  );
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(
    temporary,
    `${JSON.stringify({ ...found, sources: { ...readSources(path), ...sources } })}\n`,
  );
  await rename(temporary, path);
}

/** How far each source of a spool is, as its snapshot says; nothing when there is none. */
export function readSources(path: string): Record<string, SourceState> {
  const sources: Record<string, SourceState> = {};
  try {
    const { sources: found } = JSON.parse(readFileSync(path, "utf8")) as { sources?: unknown };
    for (const [source, state] of Object.entries(found ?? {})) {
      const { last, acknowledged } = (state ?? {}) as Partial<SourceState>;
      if (Number.isSafeInteger(last) && Number.isSafeInteger(acknowledged)) {
        sources[source] = { last: last as number, acknowledged: acknowledged as number };
      }
    }
  } catch {
    // Absent or damaged: the relay knows what it has.
  }
  return sources;
}
