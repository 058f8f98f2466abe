import type { Database } from "@fedloom/db";
import { metricPoint, runConfig, runMetrics, runRecord } from "@fedloom/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { ServerError } from "../errors.js";
import type { RunManager } from "../runs/run-manager.js";

export interface RunRoutesOptions {
  database: Database;
  runs: RunManager;
}

const MAX_PAGE = 1_000;

const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});
const eventsPage = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  after: z.coerce.number().int().min(0).default(0),
});

export function addRunRoutes(app: FastifyInstance, { database, runs }: RunRoutesOptions): void {
  app.post("/api/runs", async (request, reply) => {
    const config = runConfig.decode(request.body ?? {});
    if (!config.ok) {
      const { message, field, expected, received } = config.error;
      throw new ServerError("config_invalid", message, { field, expected, received });
    }
    const runId = await runs.start(config.value);
    return reply.code(201).header("location", `/api/runs/${runId}`).send({ run_id: runId });
  });

  app.get("/api/runs", async (request) => {
    const { limit, offset } = query(page, request);
    const { runs, total } = await database.runs.list({ limit, offset });
    return { runs: runs.map((run) => runRecord.toWire(run)), total };
  });

  app.get("/api/runs/:runId", async (request) => runRecord.toWire(await find(request)));

  app.get("/api/runs/:runId/metrics", async (request) => {
    const run = await find(request);
    const { final_metrics, total_rounds, best_round, duration_seconds } = run.summary ?? {};
    const points = await database.metrics.list(run.runId);
    return {
      ...runMetrics.toWire({ runId: run.runId, state: run.state, finalMetrics: {} }),
      total_rounds,
      best_round,
      duration_seconds,
      final_metrics: final_metrics ?? {},
      points: points.map((point) => metricPoint.toWire(point)),
    };
  });

  app.get("/api/runs/:runId/events", async (request) => {
    const { limit, after } = query(eventsPage, request);
    const run = await find(request);
    const events = await database.events.list(run.runId, { after, limit });
    const last = events.at(-1);
    return {
      events: events.map(({ type, timestamp, payload, source, seq, offset, streamEpoch }) => ({
        type,
        timestamp,
        data: payload,
        meta: { source, seq, offset, epoch: streamEpoch },
      })),
      next: events.length === limit && last ? last.position : null,
    };
  });

  app.post("/api/runs/:runId/stop", async (request, reply) => {
    const run = await find(request);
    runs.stop(run.runId, "stopped by the user");
    return reply.code(202).send({ run_id: run.runId });
  });

  async function find(request: FastifyRequest) {
    const { runId } = request.params as { runId: string };
    const run = await database.runs.get(runId);
    if (!run) throw new ServerError("run_not_found", `there is no run ${JSON.stringify(runId.slice(0, 40))}`);
    return run;
  }
}

function query<Schema extends z.ZodType>(schema: Schema, request: FastifyRequest): z.output<Schema> {
  const result = schema.safeParse(request.query);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join(".") || "query";
  throw new ServerError("config_invalid", `${field}: ${issue?.message}`, { field });
}
