import {
  type ProjectRecord,
  projectRecord,
  type RunMetrics,
  type RunRecord,
  type RunState,
  runChanges,
  runMetrics,
  runRecord,
} from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

export interface RunList {
  runs: RunRecord[];
  total: number;
}

/** A run's final metrics, without its points. */
export type FinalMetrics = Omit<RunMetrics, "points">;

/** Which runs, in which order: what `GET /api/runs` takes. */
export interface RunListQuery {
  /** Part of the name, the notes or a tag, or the beginning of the id. */
  search?: string | undefined;
  states?: readonly RunState[];
  mode?: "centralized" | "federated" | undefined;
  project?: string | undefined;
  tag?: string | undefined;
  sort?: "created_at" | "started_at" | "ended_at" | "experiment_name" | "state";
  order?: "asc" | "desc";
  limit: number;
  offset?: number;
}

/** One page of the runs that match, and how many there are in all. */
export async function listRuns(query: RunListQuery, signal?: AbortSignal): Promise<RunList> {
  const { states = [], ...single } = query;
  const search = new URLSearchParams(states.length > 0 ? { state: states.join(",") } : {});
  for (const [name, value] of Object.entries(single)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const answer = (await request(`/api/runs?${search}`, { signal })) as { runs?: unknown[]; total?: number };
  return { runs: (answer.runs ?? []).map((run) => take(runRecord.decode(run))), total: answer.total ?? 0 };
}

/** Groups of runs, by name. */
export async function listProjects(signal?: AbortSignal): Promise<ProjectRecord[]> {
  const answer = (await request("/api/projects?limit=1000", { signal })) as { projects?: unknown[] };
  return (answer.projects ?? []).map((project) => take(projectRecord.decode(project)));
}

/** What a user may change of a run; what is absent stays. */
export interface RunChanges {
  experimentName?: string;
  /** All that it has from now on. */
  tags?: string[];
  notes?: string;
}

export async function changeRun(runId: string, changes: RunChanges): Promise<RunRecord> {
  const body = runChanges.toWire(changes);
  return take(runRecord.decode(await request(runApiPath(runId), { method: "PATCH", body })));
}

/** Removes a run with everything of it; one that goes on is refused. */
export async function deleteRun(runId: string): Promise<void> {
  await request(runApiPath(runId), { method: "DELETE" });
}

export async function getRun(runId: string, signal?: AbortSignal): Promise<RunRecord> {
  return take(runRecord.decode(await request(runApiPath(runId), { signal })));
}

export async function getFinalMetrics(runId: string, signal?: AbortSignal): Promise<FinalMetrics> {
  return take(runMetrics.decode(await request(`${runApiPath(runId)}/metrics?limit=1`, { signal })));
}

/** Starts a run from a config in its wire form and answers its id. */
export async function startRun(config: Record<string, unknown>): Promise<string> {
  const { run_id } = (await request("/api/runs", { body: config })) as { run_id: string };
  return run_id;
}

/** What a user may do to a run that is not over. */
export type RunAction = "stop" | "pause" | "resume";

export async function actOnRun(runId: string, action: RunAction): Promise<void> {
  await request(`${runApiPath(runId)}/${action}`, { body: {} });
}
