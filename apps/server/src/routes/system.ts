import type { Database } from "@fedloom/db";
import {
  currentSystemMetrics,
  hostList,
  hostParams,
  type SystemMetricName,
  systemHistory,
  systemHistoryQuery,
  systemMetricNames,
  systemMetricParams,
  systemMetricUnits,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { ServerError } from "../errors.js";
import { mergeHosts } from "../system/merge-hosts.js";
import type { SystemMonitor } from "../system/system-monitor.js";

export interface SystemRoutesOptions {
  readonly database: Pick<Database, "hosts">;
  readonly system: Pick<SystemMonitor, "current" | "forget">;
}

const HOUR_MS = 60 * 60_000;
const tags = ["system"];

/** How machines are, and were: `/api/metrics` and `/api/hosts`. */
export function addSystemRoutes(app: FastifyInstance, { database, system }: SystemRoutesOptions): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    "/api/metrics/current",
    {
      config: { access: "viewer" },
      schema: {
        summary: "The newest sample of every machine",
        tags,
        response: { 200: currentSystemMetrics.wireSchema },
      },
    },
    async () => {
      const hosts = await mergeHosts({ database, system, isPatient: false });
      const known = hosts.flatMap(({ sample, lastSeenAt, isStale }) =>
        sample ? [{ ...sample, receivedAt: lastSeenAt, isStale }] : [],
      );
      return currentSystemMetrics.toWire({ hosts: known });
    },
  );

  routes.get(
    "/api/metrics/:metric_name",
    {
      config: { access: "viewer" },
      schema: {
        summary: "One figure of machines over time, thinned to a number of points",
        tags,
        params: systemMetricParams,
        querystring: systemHistoryQuery,
        response: { 200: systemHistory.wireSchema },
      },
    },
    async ({ params, query }) => {
      const metricName = nameOf(params.metric_name);
      const { since, until } = spanOf(query);
      const lines = await database.hosts.history(metricName, {
        host: query.host,
        since,
        until,
        maxPoints: query.points,
      });
      return systemHistory.toWire({
        metricName,
        unit: systemMetricUnits[metricName],
        series: lines.map(({ host, points }) => ({
          host,
          points: points.map(({ at, average, max }) => ({ timestamp: at, average, max })),
        })),
      });
    },
  );

  routes.get(
    "/api/hosts",
    {
      config: { access: "viewer" },
      schema: { summary: "Machines that say how they are", tags, response: { 200: hostList.wireSchema } },
    },
    async () => {
      const hosts = await mergeHosts({ database, system, isPatient: true });
      return hostList.toWire({ hosts: hosts.map(({ sample: _, ...host }) => host) });
    },
  );

  routes.delete(
    "/api/hosts/:host",
    {
      config: { access: "admin" },
      schema: {
        summary: "Forget a machine, until it says something again",
        tags,
        params: hostParams,
        response: { 204: z.null().describe("It is forgotten.") },
      },
    },
    async ({ params: { host } }, reply) => {
      system.forget(host);
      if (!(await database.hosts.delete(host))) {
        throw new ServerError("host_not_found", `host: there is no ${JSON.stringify(host)}`, {
          field: "host",
        });
      }
      return reply.code(204).send(null);
    },
  );
}

/** Any text, since what is not known is not there, rather than wrong. */
function nameOf(text: string): SystemMetricName {
  const name = systemMetricNames.find((each) => each === text);
  if (name) return name;
  const expected = systemMetricNames.join(" or ");
  const received = JSON.stringify(text.slice(0, 80));
  throw new ServerError("metric_unknown", `metric_name: expected ${expected}, received ${received}`, {
    field: "metric_name",
    expected,
    received,
  });
}

function spanOf(query: { since?: string | undefined; until?: string | undefined }) {
  const until = query.until ?? new Date().toISOString();
  const since = query.since ?? new Date(Date.parse(until) - HOUR_MS).toISOString();
  if (Date.parse(since) < Date.parse(until)) return { since, until };
  const expected = `a time before ${until}`;
  throw new ServerError("request_invalid", `since: expected ${expected}, received ${since}`, {
    field: "since",
    expected,
    received: since,
  });
}
