import {
  MAX_TIMELINE_ROUNDS,
  roundSpread,
  runParams,
  spreadAnswer,
  spreadQuery,
  timelineAnswer,
  timelineQuery,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

/** Many rounds and clients at once: how each ended, and how a metric lies among them. */
export function addTimelineRoutes(app: FastifyInstance, { database }: RunRoutesOptions): void {
  const routes = withSchemas(app);

  routes.get(
    "/api/runs/:run_id/timeline",
    {
      config: { access: "viewer" },
      schema: {
        summary: "How each client ended in each round, and how long it took, in few letters",
        tags: ["results"],
        operationId: "getTimeline",
        params: runParams,
        querystring: timelineQuery,
        response: { 200: timelineAnswer },
      },
    },
    async ({ params, query: { from, to, after, limit } }) => {
      const { runId } = await findRun(database, params.run_id);
      const end = Math.min(to ?? Number.POSITIVE_INFINITY, from + MAX_TIMELINE_ROUNDS - 1);
      const { clientIds, rounds, longestMs } = await database.rounds.timeline(runId, {
        from,
        to: end,
        after,
        limit,
      });
      return {
        client_ids: clientIds,
        next: clientIds.length === limit ? (clientIds.at(-1) ?? null) : null,
        longest_ms: longestMs,
        rounds: rounds.map(({ round, statuses, durationsMs }) => ({
          round,
          statuses,
          durations_ms: durationsMs,
        })),
      };
    },
  );

  routes.get(
    "/api/runs/:run_id/spread",
    {
      config: { access: "viewer" },
      schema: {
        summary: "How a metric lies among the clients of each round",
        tags: ["results"],
        operationId: "getSpread",
        params: runParams,
        querystring: spreadQuery,
        response: { 200: spreadAnswer },
      },
    },
    async ({ params, query }) => {
      const { runId } = await findRun(database, params.run_id);
      const rounds = await database.rounds.spread(runId, query);
      return { name: query.name, rounds: rounds.map((round) => roundSpread.toWire(round)) };
    },
  );
}
