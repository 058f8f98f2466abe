import {
  checkWireEvent,
  type Decoded,
  type FedloomEvent,
  fromWireEvent,
  type RunMetrics,
  type RunRecord,
  runMetrics,
  runRecord,
} from "@fedloom/protocol";
import { ApiError } from "./errors.js";
import { request } from "./request.js";

export interface RunList {
  runs: RunRecord[];
  total: number;
}

/** A run's final metrics, without its points. */
export type FinalMetrics = Omit<RunMetrics, "points">;

/** The newest `limit` runs. */
export async function listRuns(limit: number, signal?: AbortSignal): Promise<RunList> {
  const answer = (await request(`/api/runs?limit=${limit}`, { signal })) as {
    runs?: unknown[];
    total?: number;
  };
  return { runs: (answer.runs ?? []).map((run) => take(runRecord.decode(run))), total: answer.total ?? 0 };
}

export async function getRun(runId: string, signal?: AbortSignal): Promise<RunRecord> {
  return take(runRecord.decode(await request(pathOf(runId), { signal })));
}

export async function getFinalMetrics(runId: string, signal?: AbortSignal): Promise<FinalMetrics> {
  return take(runMetrics.decode(await request(`${pathOf(runId)}/metrics`, { signal })));
}

/** Stored events of a run, page by page, oldest first; those that this page does not know are left out. */
export async function* storedEvents(runId: string, signal?: AbortSignal): AsyncGenerator<FedloomEvent[]> {
  let after: number | null = 0;
  while (after !== null) {
    const answer = (await request(`${pathOf(runId)}/events?after=${after}`, { signal })) as {
      events?: unknown[];
      next?: number | null;
    };
    yield (answer.events ?? []).flatMap((input) => {
      const event = checkWireEvent(input);
      return event.ok ? [fromWireEvent(event.value)] : [];
    });
    const next: number | null = answer.next ?? null;
    // A position that does not rise would be asked for ever.
    after = next !== null && next > after ? next : null;
  }
}

/** Starts a run from a config in its wire form and answers its id. */
export async function startRun(config: Record<string, unknown>): Promise<string> {
  const { run_id } = (await request("/api/runs", { body: config })) as { run_id: string };
  return run_id;
}

/** What a user may do to a run that is not over. */
export type RunAction = "stop" | "pause" | "resume";

export async function actOnRun(runId: string, action: RunAction): Promise<void> {
  await request(`${pathOf(runId)}/${action}`, { body: {} });
}

function pathOf(runId: string): string {
  return `/api/runs/${encodeURIComponent(runId)}`;
}

function take<Value>(decoded: Decoded<Value>): Value {
  if (decoded.ok) return decoded.value;
  const message = `the server answered what this page cannot read: ${decoded.error.message}`;
  throw new ApiError(message, { status: 200, code: "unreadable_answer", cause: decoded.error });
}
