import {
  centralizedRunConfig,
  type Decoded,
  pruned,
  prunedRun,
  pruneRequest,
  type RunConfig,
  runAsked,
  runConfig,
  runParams,
  runRequest,
  runStarted,
} from "@fedloom/protocol";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { ServerError } from "../../errors.js";
import { findRun, type RunRoutesOptions, withSchemas } from "./run-routes.js";

/** Starting, stopping and removing runs. */
export function addRunActions(app: FastifyInstance, options: RunRoutesOptions): void {
  addStart(app, options);
  addSteering(app, options);
  addRemoval(app, options);
}

function addStart(app: FastifyInstance, { runs }: RunRoutesOptions): void {
  const start = async (wire: Record<string, unknown>, reply: FastifyReply) => {
    const runId = await runs.start(configOf(runConfig.decode(wire)));
    return reply.code(201).header("location", `/api/runs/${runId}`).send({ run_id: runId });
  };
  app.post(
    "/api/runs",
    {
      config: { access: "admin" },
      schema: {
        summary: "Start a run",
        description: "The run waits in a queue until it is its turn; its id is known at once.",
        tags: ["runs"],
        operationId: "startRun",
        body: runConfig.wireSchema,
        response: { 201: runStarted },
      },
    },
    (request, reply) => start(request.body as Record<string, unknown>, reply),
  );
  app.post(
    "/train",
    {
      config: { access: "admin" },
      schema: {
        summary: "Start a centralized run: the short form of POST /api/runs",
        tags: ["runs"],
        operationId: "train",
        body: centralizedRunConfig,
        response: { 201: runStarted },
      },
    },
    (request, reply) => start({ ...(request.body as object), mode: "centralized" }, reply),
  );
}

function configOf(decoded: Decoded<RunConfig>): RunConfig {
  if (decoded.ok) return decoded.value;
  const { message, field, expected, received } = decoded.error;
  throw new ServerError("config_invalid", message, { field, expected, received });
}

function addSteering(app: FastifyInstance, { database, runs }: RunRoutesOptions): void {
  const steer = (
    action: string,
    summary: string,
    ask: (runId: string, reason?: string) => Promise<unknown>,
  ) =>
    withSchemas(app).post(
      `/api/runs/:run_id/${action}`,
      {
        config: { access: "admin" },
        schema: {
          summary,
          tags: ["runs"],
          operationId: `${action}Run`,
          params: runParams,
          body: runRequest,
          response: { 202: runAsked },
        },
      },
      async ({ params: { run_id }, body }, reply) => {
        const { state } = await findRun(database, run_id);
        await ask(run_id, body.reason);
        return reply.code(202).send({ run_id, state });
      },
    );
  steer("stop", "End a run within the batch that it trains", (runId, reason) => runs.stop(runId, reason));
  steer("pause", "Put a run aside: it goes on later from its last closed round or epoch", (runId, reason) =>
    runs.pause(runId, reason),
  );
  steer("resume", "Let a paused run go on", (runId) => runs.resume(runId));
}

function addRemoval(app: FastifyInstance, { runs, tail }: RunRoutesOptions): void {
  const routes = withSchemas(app);
  routes.delete(
    "/api/runs/:run_id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Remove a run with everything of it",
        tags: ["runs"],
        operationId: "deleteRun",
        params: runParams,
        response: { 204: z.null() },
      },
    },
    async ({ params: { run_id } }, reply) => {
      await runs.delete(run_id);
      tail.end(run_id);
      return reply.code(204).send(null);
    },
  );
  routes.post(
    "/api/runs/prune",
    {
      config: { access: "admin" },
      schema: {
        summary: "Remove old runs that are over",
        description: "Needs older_than_days or keep_last. With dry_run it only tells which.",
        tags: ["runs"],
        operationId: "pruneRuns",
        body: pruneRequest.wireSchema,
        response: { 200: pruned },
      },
    },
    async ({ body }) => {
      const query = pruneRequest.fromWire(body);
      if (query.olderThanDays === undefined && query.keepLast === undefined) {
        const [field, expected, received] = ["older_than_days", "this or keep_last", "neither"];
        const message = `${field}: expected ${expected}, received ${received}`;
        throw new ServerError("request_invalid", message, { field, expected, received });
      }
      const { runs: removed, isDryRun } = await runs.prune(query);
      if (!isDryRun) for (const { runId } of removed) tail.end(runId);
      return { runs: removed.map((run) => prunedRun.toWire(run)), is_dry_run: isDryRun };
    },
  );
}
