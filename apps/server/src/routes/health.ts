import { healthReport, healthStatus } from "@fedloom/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { healthOf } from "../operation/health-of.js";
import type { Operation } from "../operation/operation.js";
import { sendProblem } from "./problem.js";

export interface HealthRoutesOptions {
  operation: Operation;
  /** Whether whoever asks may see more than one word. */
  mayRead: (request: FastifyRequest) => boolean | Promise<boolean>;
}

const tags = ["operation"];

/** How the server is: `/health` for people, `/health/live` and `/health/ready` for what restarts and routes. */
export function addHealthRoutes(app: FastifyInstance, { operation, mayRead }: HealthRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    "/health",
    {
      config: { access: "public" },
      schema: {
        tags,
        summary: "How each part of the server is",
        description: "200 as long as the server answers. Without a token that may read: the status alone.",
        response: { 200: healthReport.wireSchema },
      },
    },
    async (request, reply) => {
      const report = healthReport.toWire(healthOf(await operation.figures()));
      reply.header("cache-control", "no-store");
      return (await mayRead(request)) ? report : { status: report.status };
    },
  );

  routes.get(
    "/health/live",
    {
      config: { access: "public" },
      schema: { tags, summary: "Whether the process answers", response: { 200: healthStatus.wireSchema } },
    },
    async (_request, reply) => {
      reply.header("cache-control", "no-store");
      return { status: "ok" };
    },
  );

  routes.get(
    "/health/ready",
    {
      config: { access: "public" },
      schema: {
        tags,
        summary: "Whether the server can do its work",
        description: "503 while the database is away.",
        response: { 200: healthStatus.wireSchema },
      },
    },
    async (_request, reply) => {
      reply.header("cache-control", "no-store");
      const { isUp } = await operation.databaseState();
      return isUp ? { status: "ok" } : sendProblem(reply, 503, "not_ready", "the database is away");
    },
  );
}
