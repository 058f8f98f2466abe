import { type PredictionsQuery, type RunPredictions, runPredictions } from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

/** What a run's model says of samples that it was not trained on, one page of them. */
export async function getPredictions(
  runId: string,
  query: Partial<PredictionsQuery>,
  signal?: AbortSignal,
): Promise<RunPredictions> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return take(runPredictions.decode(await request(`${runApiPath(runId)}/predictions?${search}`, { signal })));
}
