import { type ThinnedSeries, thinnedSeries } from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

export interface SeriesQuestion {
  name: string;
  /** Parts of each line, of which the smallest, largest and last value are kept. */
  thin: number;
  /** The part of x that is asked for; all of it when absent. */
  range?: readonly [number, number] | undefined;
}

/** The lines of one metric of the whole run, one for each phase. Throws ApiError. */
export async function getSeries(
  runId: string,
  { name, thin, range }: SeriesQuestion,
  signal?: AbortSignal,
): Promise<ThinnedSeries[]> {
  const query = new URLSearchParams({ of: "run", name, thin: String(thin) });
  if (range) {
    query.set("from", String(Math.max(0, Math.floor(range[0]))));
    query.set("to", String(Math.max(0, Math.ceil(range[1]))));
  }
  const answer = (await request(`${runApiPath(runId)}/metrics?${query}`, { signal })) as {
    series?: unknown[];
  };
  return (answer.series ?? []).map((line) => take(thinnedSeries.decode(line)));
}

/** Names of what the whole run reports, each once, and whether there are more of them. Throws ApiError. */
export async function listSeriesNames(
  runId: string,
  signal?: AbortSignal,
): Promise<{ names: string[]; isCut: boolean }> {
  const answer = (await request(`${runApiPath(runId)}/series?of=run&limit=10000`, { signal })) as {
    series?: { name: string }[];
    total?: number;
  };
  const series = answer.series ?? [];
  return { names: [...new Set(series.map(({ name }) => name))], isCut: (answer.total ?? 0) > series.length };
}
