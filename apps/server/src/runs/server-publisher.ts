import type { Database } from "@fedloom/db";
import { createEvent, type RunState, type TrainingEvent, toWireEvent } from "@fedloom/protocol";
import type { Relay } from "@fedloom/relay";
import { formatDuration } from "@fedloom/trainer-core";
import { cutText } from "./cut-text.js";

/** Longest text of an event. */
const MAX_TEXT = 4_096;
/** Runs whose counters are kept; older ones publish under a new name. */
const MAX_COUNTERS = 10_000;

type EndState = "completed" | "stopped" | "failed";

/** What a server itself says about runs, under a source that no other start of any server has. */
export class ServerPublisher {
  readonly #relay: Relay;
  readonly #database: Database;
  readonly #serverId: string;
  #counters = new Map<string, number>();
  #generation = 0;

  constructor(options: { relay: Relay; database: Database; serverId: string }) {
    this.#relay = options.relay;
    this.#database = options.database;
    this.#serverId = options.serverId;
  }

  /** Says nothing of a run of which nothing was said yet: its first event is `training_mode`. */
  async state(
    runId: string,
    state: RunState,
    more: { reason?: string | undefined; attempt?: number } = {},
  ): Promise<void> {
    if (!(await this.#hasBegun(runId))) return;
    const { reason, attempt } = more;
    const about = {
      ...(reason !== undefined && { reason: cutText(reason, MAX_TEXT) }),
      ...(attempt !== undefined && { attempt }),
    };
    this.#publish(runId, createEvent("run_state", { runId, state, ...about }));
  }

  log(runId: string, line: { level: "info" | "warning" | "error"; message: string; attempt: number }): void {
    this.#publish(runId, createEvent("log", { runId, ...line }));
  }

  /** The end of a run whose own process cannot tell it; a failed one's error before it. */
  async end(runId: string, status: EndState, error?: string): Promise<void> {
    const run = await this.#database.runs.get(runId);
    if (!run) return;
    if (error !== undefined) {
      const died = { runId, error: cutText(error, MAX_TEXT), errorType: "process_died", fatal: true };
      this.#publish(runId, createEvent("error", died));
    }
    const durationSeconds = run.startedAt
      ? Math.max(0, (Date.parse(run.endedAt ?? run.startedAt) - Date.parse(run.startedAt)) / 1_000)
      : 0;
    const end = {
      runId,
      status,
      experimentName: run.experimentName,
      ...(run.mode === "federated" ? { totalRounds: run.step } : { totalEpochs: run.step }),
      trainingDuration: formatDuration(durationSeconds),
      durationSeconds,
      finalMetrics: {},
    };
    this.#publish(runId, createEvent("training_end", end));
  }

  async #hasBegun(runId: string): Promise<boolean> {
    if (this.#relay.streams.get(runId)?.head) return true;
    const stored = await this.#database.events.list(runId, { after: 0, limit: 1 }).catch(() => undefined);
    return stored === undefined || stored.length > 0;
  }

  #publish(runId: string, event: TrainingEvent): void {
    if (this.#counters.size >= MAX_COUNTERS) {
      this.#counters = new Map();
      this.#generation += 1;
    }
    const seq = (this.#counters.get(runId) ?? 0) + 1;
    this.#counters.set(runId, seq);
    const source = `server-${this.#serverId}${this.#generation > 0 ? `-${this.#generation}` : ""}`;
    this.#relay.publish({ ...toWireEvent(event), meta: { source, seq } });
  }
}
