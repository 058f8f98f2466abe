import { type RoundSpread, roundSpread } from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

export interface SpreadQuestion {
  /** A metric that clients report, such as `train_loss`. */
  name: string;
  /** First and last round; the first and the newest when absent. */
  from?: number | undefined;
  to?: number | undefined;
  /** Most rounds of the answer, evenly chosen. */
  parts?: number | undefined;
}

/** How a metric lies among the clients of each round. Throws ApiError. */
export async function getSpread(
  runId: string,
  question: SpreadQuestion,
  signal?: AbortSignal,
): Promise<RoundSpread[]> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(question))
    if (value !== undefined) search.set(name, String(value));
  const answer = (await request(`${runApiPath(runId)}/spread?${search}`, { signal })) as {
    rounds?: unknown[];
  };
  return (answer.rounds ?? []).map((round) => take(roundSpread.decode(round)));
}
