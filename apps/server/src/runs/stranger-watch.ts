import type { Database } from "@fedloom/db";
import type { Relay } from "@fedloom/relay";
import type { ServerPublisher } from "./server-publisher.js";

export interface StrangerWatchOptions {
  readonly database: Database;
  readonly relay: Relay;
  readonly publisher: ServerPublisher;
  /** After how long without an event a run is silent, and lost, in ms. */
  readonly silentMs: number;
  readonly lostMs: number;
  /** How long a publisher that went away may take to come back, in ms. */
  readonly goneMs: number;
}

/** Most runs whose publishers are watched; further ones are silent a little later. */
const MAX_RUNS = 10_000;

/** Notices when nothing is heard any more of runs that somebody else's program trains. */
export class StrangerWatch {
  readonly #options: StrangerWatchOptions;
  readonly #sources = new Map<string, Set<string>>();
  readonly #unsubscribe: () => void;

  constructor(options: StrangerWatchOptions) {
    this.#options = options;
    this.#unsubscribe = options.relay.onPublisher(({ runId, source, state }) => {
      const sources = this.#sources.get(runId) ?? new Set();
      if (state === "active") sources.add(source);
      else sources.delete(source);
      if (this.#sources.size < MAX_RUNS) this.#sources.set(runId, sources);
    });
  }

  async look(): Promise<void> {
    const { database, publisher, silentMs, lostMs, goneMs } = this.#options;
    const runIds = [...this.#sources].filter(([, sources]) => sources.size === 0).map(([runId]) => runId);
    const gone = { runIds, silentMs: goneMs };
    for (const { runId, state, reason } of await database.runs.noteSilence({ silentMs, lostMs, gone })) {
      this.#sources.delete(runId);
      await publisher.state(runId, state, { reason });
    }
  }

  close(): void {
    this.#unsubscribe();
  }
}
