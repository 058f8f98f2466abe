import type { Relay } from "@fedloom/relay";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { z } from "zod";
import type { Operation } from "../operation/operation.js";
import { operationMetrics } from "../operation/operation-metrics.js";

export interface MetricsRouteOptions {
  operation: Operation;
  relay: Pick<Relay, "prometheus">;
}

const BUCKETS_SECONDS = [0.005, 0.02, 0.1, 0.5, 2];
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** `GET /metrics` in Prometheus' text format; add it before other routes, whose requests it counts. */
export function addMetricsRoute(app: FastifyInstance, { operation, relay }: MetricsRouteOptions): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countRequests(app, registry);

  app.withTypeProvider<ZodTypeProvider>().get(
    "/metrics",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["operation"],
        summary: "Counters and gauges for Prometheus",
        response: {
          200: { description: "Text format 0.0.4", content: { "text/plain": { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => {
      const figures = operationMetrics(await operation.figures());
      reply.header("cache-control", "no-store").type("text/plain; version=0.0.4; charset=utf-8");
      return `${await registry.metrics()}\n${figures}${relay.prometheus()}`;
    },
  );
}

function countRequests(app: FastifyInstance, registry: Registry): void {
  const requests = new Counter({
    name: "fedloom_http_requests_total",
    help: "Requests answered.",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "fedloom_http_request_duration_seconds",
    help: "Time until an answer was sent; answers that stay open are left out.",
    labelNames: ["route"],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = routeOf(request);
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    requests.inc({ method: METHODS.has(request.method) ? request.method : "other", route, status });
    if (!isStream(reply)) durations.observe({ route }, reply.elapsedTime / 1_000);
    done();
  });
}

/** The route's template: never what a client wrote, and one for all files of the page. */
function routeOf({ routeOptions }: FastifyRequest): string {
  const { url, config } = routeOptions;
  if (url === undefined) return "unmatched";
  return config.access === undefined || /\.\w+$/.test(url) ? "files" : url;
}

function isStream(reply: FastifyReply): boolean {
  const type = reply.getHeader("content-type") ?? reply.raw.getHeader("content-type");
  return String(type).startsWith("text/event-stream");
}
