import { type Database, isMetricCursor, type MetricQuery } from "@fedloom/db";
import {
  type MetricPoint,
  metricPoint,
  metricsAnswer,
  metricsQuery,
  type RunRecord,
  runMetrics,
  runParams,
  seriesList,
  seriesQuery,
  seriesRecord,
  thinnedSeries,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ServerError } from "../../errors.js";
import { csvLines, sendExport } from "./export-rows.js";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

const EXPORT_PAGE = 1_000;
const COLUMNS = ["name", "phase", "x", "round", "epoch", "client_id", "value", "timestamp"];

/** What a run measured. */
export function addMetricRoutes(app: FastifyInstance, { database }: RunRoutesOptions): void {
  const routes = withSchemas(app);

  routes.get(
    "/api/runs/:run_id/metrics",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Final metrics, and every value of every metric",
        description:
          "Values come in pages, line by line; or as lines for a chart (thin), or all of them as CSV (format=csv).",
        tags: ["results"],
        operationId: "getRunMetrics",
        params: runParams,
        querystring: metricsQuery,
        response: {
          200: {
            description: "The page, or the file",
            content: {
              "application/json": { schema: metricsAnswer },
              "text/csv": { schema: z.string() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      if (query.after !== undefined) requireCursor(query.after);
      const run = await findRun(database, params.run_id);
      const which = queryOf(query);
      if (query.format === "csv") {
        const pages = csvPages(database, run.runId, { ...which, after: query.after });
        return sendExport(request, reply, {
          fileName: `${run.runId}-metrics`,
          format: "csv",
          pages,
        }) as never;
      }
      const final = finalMetrics(run);
      if (query.thin !== undefined) {
        const { thin: numParts, from, to } = query;
        const lines = await database.metrics.thin(run.runId, { ...which, numParts, from, to });
        return { ...final, points: [], next: null, series: lines.map((line) => thinnedSeries.toWire(line)) };
      }
      const page = { ...which, after: query.after, limit: query.limit };
      const { points, next } = await database.metrics.list(run.runId, page);
      return { ...final, points: points.map((point) => metricPoint.toWire(point)), next: next ?? null };
    },
  );

  routes.get(
    "/api/runs/:run_id/series",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Which metrics there are",
        tags: ["results"],
        operationId: "listSeries",
        params: runParams,
        querystring: seriesQuery,
        response: { 200: seriesList },
      },
    },
    async ({ params, query }) => {
      const run = await findRun(database, params.run_id);
      const series = await database.metrics.listSeries(run.runId, queryOf(query));
      const page = series.slice(query.offset, query.offset + query.limit);
      return { series: page.map((line) => seriesRecord.toWire(line)), total: series.length };
    },
  );
}

interface Which {
  name?: string[] | undefined;
  phase?: MetricPoint["phase"] | undefined;
  client_id?: string | undefined;
  of: "run" | "all";
}

function queryOf({ name, phase, client_id, of }: Which): MetricQuery {
  return { names: name, phase, clientId: client_id ?? (of === "run" ? null : undefined) };
}

function finalMetrics(run: RunRecord) {
  const { final_metrics, total_rounds, best_round, duration_seconds } = run.summary ?? {};
  return {
    ...runMetrics.toWire({ runId: run.runId, state: run.state, finalMetrics: {} }),
    total_rounds,
    best_round,
    duration_seconds,
    final_metrics: final_metrics ?? {},
  };
}

async function* csvPages(
  { metrics }: Pick<Database, "metrics">,
  runId: string,
  query: MetricQuery & { after: string | undefined },
): AsyncGenerator<string> {
  let after = query.after;
  let columns: readonly string[] | undefined = COLUMNS;
  do {
    const { points, next } = await metrics.list(runId, { ...query, after, limit: EXPORT_PAGE });
    yield csvLines(points.map(cells), columns);
    columns = undefined;
    after = next;
  } while (after !== undefined);
}

function cells({ name, phase, x, round, epoch, clientId, value, timestamp }: MetricPoint) {
  // As numbers: a minus at the beginning of one makes no formula.
  return [name, phase, x, round, epoch, clientId, value, timestamp];
}

function requireCursor(received: string): void {
  if (isMetricCursor(received)) return;
  const expected = "the `next` of another page";
  const message = `after: expected ${expected}, received ${JSON.stringify(received)}`;
  throw new ServerError("request_invalid", message, { field: "after", expected, received });
}
