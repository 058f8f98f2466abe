import { seriesRecord, thinnedSeries } from "@fedloom/protocol";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";
import { take } from "./take.js";

export type Phase = "train" | "val" | "test";

/** Most names of one question, and most lines of one answer. */
const MAX_NAMES = 100;

/** Names of the metrics of the whole run, by phase. */
export async function getSeriesNames(runId: string, signal?: AbortSignal): Promise<Record<Phase, string[]>> {
  const answer = (await request(`${runApiPath(runId)}/series?of=run`, { signal })) as { series?: unknown[] };
  const names: Record<Phase, string[]> = { train: [], val: [], test: [] };
  for (const line of answer.series ?? []) {
    const { phase, name } = take(seriesRecord.decode(line));
    names[phase].push(name);
  }
  return names;
}

/** Values of these metrics of the whole run, at each round between two; NaN is left out. */
export async function getMetricsAt(
  runId: string,
  which: { phase: Phase; names: readonly string[]; from: number; to: number },
  signal?: AbortSignal,
): Promise<Map<number, Record<string, number>>> {
  const { phase, names, from, to } = which;
  const found = new Map<number, Record<string, number>>();
  const pages = Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, page) =>
    names.slice(page * MAX_NAMES, (page + 1) * MAX_NAMES),
  );
  const ask = async (page: readonly string[]) => {
    const query = new URLSearchParams({ phase, thin: String(to - from + 1), from: `${from}`, to: `${to}` });
    for (const name of page) query.append("name", name);
    const answer = (await request(`${runApiPath(runId)}/metrics?${query}`, { signal })) as {
      series?: unknown[];
    };
    for (const line of answer.series ?? []) {
      const { name, points } = take(thinnedSeries.decode(line));
      for (const { x, value } of points) {
        const at = found.get(x) ?? {};
        found.set(x, at);
        at[name] = value;
      }
    }
  };
  await Promise.all(pages.map(ask));
  return found;
}
