import { metricsOfRuns, type ThinnedSeries, thinnedSeries } from "@fedloom/protocol";
import { ApiError } from "./errors.js";
import { request } from "./request.js";
import { take } from "./take.js";

export interface RunLinesQuery {
  names: readonly string[];
  phase?: "train" | "val" | "test";
  /** Parts of each line, of which the smallest, largest and last value are kept. */
  thin: number;
}

/** Lines of up to 100 runs, by run; those that there are not are left out. */
export async function getRunLines(
  runIds: readonly string[],
  { names, phase, thin }: RunLinesQuery,
  signal?: AbortSignal,
): Promise<Map<string, ThinnedSeries[]>> {
  const query = new URLSearchParams({
    run_id: runIds.join(","),
    thin: String(thin),
    ...(phase && { phase }),
  });
  for (const name of names) query.append("name", name);
  const answer = metricsOfRuns.safeParse(await request(`/api/runs/metrics?${query}`, { signal }));
  if (!answer.success) {
    const message = "the server answered lines that this page cannot read";
    throw new ApiError(message, { status: 200, code: "unreadable_answer", cause: answer.error });
  }
  return new Map(
    answer.data.runs.map(({ run_id, series }) => [
      run_id,
      series.map((line) => take(thinnedSeries.decode(line))),
    ]),
  );
}
