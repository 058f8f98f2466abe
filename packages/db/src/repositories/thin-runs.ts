import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { groupBy } from "../group-by.js";
import { runs } from "../schema/runs.js";
import { storableText } from "../storable.js";
import { seriesOfRuns } from "./metric-lines.js";
import type { MetricRepository } from "./metrics.js";
import { thinSeries } from "./thin-series.js";

type Arguments = Parameters<MetricRepository["thinRuns"]>;

/** See {@link MetricRepository.thinRuns}: as many questions for a hundred runs as for one. */
export async function thinRuns(
  queries: PostgresJsDatabase,
  runIds: Arguments[0],
  { names, phase, project, numParts }: Arguments[1],
): ReturnType<MetricRepository["thinRuns"]> {
  const known = await queries
    .select({ runId: runs.runId, runKey: runs.runKey })
    .from(runs)
    .where(
      and(
        inArray(runs.runId, [...runIds]),
        isNull(runs.deletedAt),
        project === undefined ? undefined : eq(runs.project, storableText(project)),
      ),
    );
  const runKeys = new Map(known.map(({ runId, runKey }) => [runId, runKey]));
  const which = sql`${seriesOfRuns([...runKeys.values()], { names, phase })} order by name, phase`;
  const lines = runKeys.size === 0 ? [] : await thinSeries(queries, { which, numParts });
  const byRun = groupBy(lines, ({ runKey }) => runKey);
  return [...new Set(runIds)].flatMap((runId) => {
    const runKey = runKeys.get(runId);
    if (runKey === undefined) return [];
    return [{ runId, series: (byRun.get(runKey) ?? []).map(({ series }) => series) }];
  });
}
