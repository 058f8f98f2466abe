import type { Database } from "@fedloom/db";

/** What rules and routes want to know of a run that its events do not say. */
export interface RunFacts {
  readonly project: string;
  /** Undefined while the run is not in the database yet. */
  readonly experimentName: string | undefined;
}

const MAX_RUNS = 2_000;
const MAX_LOADING = 256;

/** Looks runs up, each once while it is of interest. */
export class RunFactsCache {
  readonly #runs: Pick<Database["runs"], "get">;
  readonly #known = new Map<string, RunFacts>();
  readonly #names = new Map<string, string>();
  readonly #loading = new Map<string, Promise<RunFacts>>();

  constructor(runs: Pick<Database["runs"], "get">) {
    this.#runs = runs;
  }

  peek(runId: string): RunFacts | undefined {
    return this.#known.get(runId);
  }

  /** Whether there is such a run at present. @throws when the database is away. */
  async exists(runId: string): Promise<boolean> {
    return (await this.#runs.get(runId)) !== undefined;
  }

  /** Looks a run up, unless too many are being looked up. */
  warm(runId: string): void {
    if (this.#known.has(runId) || this.#loading.has(runId) || this.#loading.size >= MAX_LOADING) return;
    // Whoever needs it asks again.
    this.load(runId).catch(() => {});
  }

  /** @throws when the database is away. */
  async load(runId: string): Promise<RunFacts> {
    const known = this.#known.get(runId);
    if (known) return known;
    const loading = this.#loading.get(runId) ?? this.#read(runId);
    this.#loading.set(runId, loading);
    return loading;
  }

  /** What a run is called; undefined while that is not known. */
  nameOf(runId: string): string | undefined {
    return this.#names.get(runId) ?? this.#known.get(runId)?.experimentName;
  }

  /** Notes what a run calls itself, which may be before it is in the database. */
  name(runId: string, experimentName: string): void {
    this.#names.set(runId, experimentName);
    letGo(this.#names);
  }

  async #read(runId: string): Promise<RunFacts> {
    try {
      const run = await this.#runs.get(runId);
      // One that is not there yet is a stranger's, and will be of the default project.
      const facts = { project: run?.project ?? "default", experimentName: run?.experimentName };
      this.#known.set(runId, facts);
      letGo(this.#known);
      return facts;
    } finally {
      this.#loading.delete(runId);
    }
  }
}

/** Leaves out the oldest. */
function letGo(byRun: Map<string, unknown>): void {
  for (const oldest of byRun.keys()) {
    if (byRun.size <= MAX_RUNS) return;
    byRun.delete(oldest);
  }
}
