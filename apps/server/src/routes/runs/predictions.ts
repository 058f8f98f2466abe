import { predictionsQuery, runParams, runPredictions } from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { goneSignal } from "../gone-signal.js";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

/** What a run's model says of single samples. */
export function addPredictionsRoute(
  app: FastifyInstance,
  { database, predictor }: Pick<RunRoutesOptions, "database" | "predictor">,
): void {
  withSchemas(app).get(
    "/api/runs/:run_id/predictions",
    {
      // It shows the samples themselves, which no other answer does.
      config: { access: "admin" },
      schema: {
        summary: "What the run's model says of single validation or test samples",
        description:
          "Of runs that this server trains and whose data it can read. Images come with a class activation map: what in " +
          "them speaks for a class. Worst mistakes first, unless it is asked otherwise.",
        tags: ["results"],
        operationId: "getPredictions",
        params: runParams,
        querystring: predictionsQuery,
        response: { 200: runPredictions.wireSchema },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const run = await findRun(database, params.run_id);
      const answer = await predictor.ask(run, query, goneSignal(reply));
      // JSON already: the process that works it out writes it down, too.
      return reply.type("application/json; charset=utf-8").send(answer as never);
    },
  );
}
