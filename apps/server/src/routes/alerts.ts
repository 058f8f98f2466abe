import type { Database } from "@fedloom/db";
import {
  alertBroadcast,
  alertList,
  alertListQuery,
  alertParams,
  alertRecord,
  alertStarted,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import type { AlertEngine } from "../alerts/alert-engine.js";
import { ServerError } from "../errors.js";
import { addAlertRouteRoutes } from "./alerts/routes.js";
import { addAlertRuleRoutes } from "./alerts/rules.js";
import { addAlertSilenceRoutes } from "./alerts/silences.js";
import { findRun, withSchemas } from "./runs/run-routes.js";

export interface AlertRoutesOptions {
  database: Pick<Database, "alerts" | "runs">;
  alerts: AlertEngine;
}

/** Everything about what is wrong, and whom to tell. */
export function addAlertRoutes(app: FastifyInstance, options: AlertRoutesOptions): void {
  addList(app, options);
  addResolve(app, options);
  addBroadcast(app, options);
  addAlertRuleRoutes(app, options);
  addAlertSilenceRoutes(app, options);
  addAlertRouteRoutes(app, options);
}

function addList(app: FastifyInstance, { database }: AlertRoutesOptions): void {
  withSchemas(app).get(
    "/api/alerts",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Alerts, newest first",
        tags: ["alerts"],
        operationId: "listAlerts",
        querystring: alertListQuery,
        response: { 200: alertList },
      },
    },
    async ({ query: { run_id: runId, since, ...rest } }) => {
      const from = since && new Date(since).toISOString();
      const alerts = await database.alerts.list({ ...rest, runId, since: from });
      const last = alerts.at(-1);
      return {
        alerts: alerts.map((alert) => alertRecord.toWire(alert as never)),
        next: alerts.length === rest.limit && last ? last.alertId : null,
      };
    },
  );
}

function addResolve(app: FastifyInstance, { database, alerts }: AlertRoutesOptions): void {
  withSchemas(app).post(
    "/api/alerts/:alert_id/resolve",
    {
      config: { access: "admin" },
      schema: {
        summary: "Resolve an alert by hand",
        description: "A rule fires it again only after its cause was gone for a while and has come back.",
        tags: ["alerts"],
        operationId: "resolveAlert",
        params: alertParams,
        response: { 200: alertRecord.wireSchema },
      },
    },
    async ({ params: { alert_id: alertId } }) => {
      await alerts.resolve(alertId);
      await alerts.settled();
      const alert = await database.alerts.get(alertId);
      if (!alert)
        throw new ServerError("alert_not_found", `there is no alert ${alertId}`, { field: "alert_id" });
      return alertRecord.toWire(alert as never);
    },
  );
}

function addBroadcast(app: FastifyInstance, { database, alerts }: AlertRoutesOptions): void {
  withSchemas(app).post(
    "/api/ws/broadcast/alert",
    {
      config: { access: "admin" },
      schema: {
        summary: "Tell everybody of something",
        description:
          "The alert is kept, goes to all who watch and along the routes, and lasts until it is resolved.",
        tags: ["alerts"],
        operationId: "broadcastAlert",
        body: alertBroadcast.wireSchema,
        response: { 201: alertStarted },
      },
    },
    async ({ body }, reply) => {
      const broadcast = alertBroadcast.fromWire(body);
      if (broadcast.runId !== undefined) await findRun(database as Database, broadcast.runId);
      const alertId = alerts.announce(broadcast);
      await alerts.settled();
      return reply.code(201).send({ alert_id: alertId });
    },
  );
}
