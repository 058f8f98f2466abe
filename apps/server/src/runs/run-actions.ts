import type { Database } from "@fedloom/db";
import type { RunRecord } from "@fedloom/protocol";
import { ServerError } from "../errors.js";
import { isOver } from "./is-over.js";
import type { ServerPublisher } from "./server-publisher.js";

/**
 * What users may want of a run that is not over. One that nobody trains does it at once; else it is written down for the
 * process that does, wherever that is.
 */
export class RunActions {
  readonly #runs: Database["runs"];
  readonly #publisher: ServerPublisher;

  constructor({ database, publisher }: { database: Database; publisher: ServerPublisher }) {
    this.#runs = database.runs;
    this.#publisher = publisher;
  }

  async stop(runId: string, reason: string): Promise<void> {
    await this.#requireActive(runId, "stopped");
    if (await this.#runs.settle(runId, "stopped", { reason })) await this.#publisher.end(runId, "stopped");
    else if (!(await this.#runs.want(runId, "stopped", reason))) await this.#requireActive(runId, "stopped");
  }

  async pause(runId: string, reason: string): Promise<void> {
    const { state } = await this.#requireActive(runId, "paused");
    if (state === "paused") throw new ServerError("run_not_active", `run ${runId} is paused already`);
    const [unfinished] = await this.#runs.listUnfinished({ runId });
    if (unfinished?.wanted === "stopped") {
      throw new ServerError("run_not_active", `run ${runId} is about to stop and cannot be paused`);
    }
    if (await this.#runs.settle(runId, "paused", { reason })) {
      await this.#publisher.state(runId, "paused", { reason });
      return;
    }
    if (!(await this.#runs.want(runId, "paused", reason))) await this.#requireActive(runId, "paused");
  }

  async resume(runId: string): Promise<void> {
    const run = await this.find(runId);
    if (await this.#runs.settle(runId, "queued", { from: ["paused"] })) {
      await this.#publisher.state(runId, "queued");
      return;
    }
    const [unfinished] = await this.#runs.listUnfinished({ runId });
    if (unfinished?.wanted === "paused" && (await this.#runs.want(runId, undefined))) return;
    const state = unfinished?.state ?? run.state;
    throw new ServerError("run_not_paused", `run ${runId} is ${state} and not paused`);
  }

  /** @throws ServerError `run_not_found` */
  async find(runId: string): Promise<RunRecord> {
    const run = await this.#runs.get(runId);
    if (run) return run;
    throw new ServerError("run_not_found", `there is no run ${JSON.stringify(runId.slice(0, 40))}`);
  }

  async #requireActive(runId: string, wanted: "paused" | "stopped"): Promise<RunRecord> {
    const run = await this.find(runId);
    if (isOver(run.state)) {
      throw new ServerError("run_not_active", `run ${runId} is ${run.state} and cannot be ${wanted}`);
    }
    if (run.isManaged) return run;
    const message = `run ${runId} is trained by a program of its own and can only be ${wanted} there`;
    throw new ServerError("run_not_active", message);
  }
}
