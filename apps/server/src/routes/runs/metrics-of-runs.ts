import { metricsOfRuns, metricsOfRunsQuery, thinnedSeries } from "@fedloom/protocol";
import type { Grant } from "@fedloom/relay";
import type { FastifyInstance } from "fastify";
import { type RunRoutesOptions, withSchemas } from "./run-routes.js";

/** The same lines of many runs: for the list of runs, and to compare some of them. */
export function addMetricsOfRunsRoute(app: FastifyInstance, { database }: RunRoutesOptions): void {
  withSchemas(app).get(
    "/api/runs/metrics",
    {
      config: { access: "viewer", scope: "filtered" },
      schema: {
        summary: "Lines of several runs, thinned out for charts",
        description: "Runs that do not exist, or that the token is not for, are left out.",
        tags: ["results"],
        operationId: "getMetricsOfRuns",
        querystring: metricsOfRunsQuery,
        response: { 200: metricsOfRuns },
      },
    },
    async (request) => {
      const { run_id: asked, name: names, phase, thin: numParts } = request.query;
      const { runId, project }: Partial<Grant> = request.grant ?? {};
      const runIds = runId === undefined ? asked : asked.filter((id) => id === runId);
      const runs = await database.metrics.thinRuns(runIds, { names, phase, numParts, project });
      return {
        runs: runs.map(({ runId, series }) => ({
          run_id: runId,
          series: series.map((line) => thinnedSeries.toWire(line)),
        })),
      };
    },
  );
}
