import { randomBytes } from "node:crypto";
import {
  alertRoute,
  alertRouteInput,
  alertRouteList,
  alertRouteParams,
  alertRouteSaved,
  alertRouteTest,
} from "@fedloom/protocol";
import type { FastifyInstance } from "fastify";
import { ulid } from "ulid";
import type { Route } from "../../alerts/alert-router.js";
import { readSettings } from "../../alerts/read-settings.js";
import { refuseAddress } from "../../alerts/webhooks/refused-addresses.js";
import { ServerError } from "../../errors.js";
import type { AlertRoutesOptions } from "../alerts.js";
import { withSchemas } from "../runs/run-routes.js";
import { NOTHING, refuseMore } from "./limits.js";

const MAX_ROUTES = 100;
const tags = ["alerts"];
const access = "admin";

/** Where alerts go. What an address holds may be a secret too, so that only those who may do everything read them. */
export function addAlertRouteRoutes(app: FastifyInstance, { database, alerts }: AlertRoutesOptions): void {
  const list = async () => (await readSettings(database.alerts, new Date())).routes;
  const find = async (routeId: string) => {
    const found = (await list()).find((route) => route.routeId === routeId);
    if (found) return found;
    throw new ServerError("alert_route_not_found", `there is no route ${routeId}`, { field: "route_id" });
  };
  const save = async (routeId: string, wire: Record<string, unknown>, before?: Route) => {
    const { route, madeSecret } = readRoute(routeId, wire, before);
    const { matcher, receiver } = alertRouteInput.toWire(route as never);
    const { name, isEnabled } = route;
    const row = { routeId, name, isEnabled, matcher: matcher as never, receiver: receiver as never };
    await database.alerts.saveRoute(row);
    await alerts.reload();
    return { ...toWire(route), ...(madeSecret !== undefined && { secret: madeSecret }) };
  };

  withSchemas(app).get(
    "/api/alerts/routes",
    {
      config: { access },
      schema: { summary: "Routes", tags, operationId: "listAlertRoutes", response: { 200: alertRouteList } },
    },
    async () => ({ routes: (await list()).map(toWire) }),
  );
  withSchemas(app).get(
    "/api/alerts/routes/:route_id",
    {
      config: { access },
      schema: {
        summary: "One route",
        tags,
        operationId: "getAlertRoute",
        params: alertRouteParams,
        response: { 200: alertRoute.wireSchema },
      },
    },
    async ({ params }) => toWire(await find(params.route_id)),
  );
  withSchemas(app).post(
    "/api/alerts/routes",
    {
      config: { access },
      schema: {
        summary: "Add a route: to whom alerts go beside the dashboard",
        tags,
        operationId: "addAlertRoute",
        body: alertRouteInput.wireSchema,
        response: { 201: alertRouteSaved },
      },
    },
    async ({ body }, reply) => {
      refuseMore((await list()).length, MAX_ROUTES, "routes");
      const routeId = ulid();
      const saved = await save(routeId, body);
      return reply
        .code(201)
        .header("location", `/api/alerts/routes/${routeId}`)
        .send(saved as never);
    },
  );
  withSchemas(app).put(
    "/api/alerts/routes/:route_id",
    {
      config: { access },
      schema: {
        summary: "Change a route",
        description: "What is absent gets its default; a webhook's secret stays.",
        tags,
        operationId: "changeAlertRoute",
        params: alertRouteParams,
        body: alertRouteInput.wireSchema,
        response: { 200: alertRouteSaved },
      },
    },
    async ({ params, body }) => (await save(params.route_id, body, await find(params.route_id))) as never,
  );
  withSchemas(app).delete(
    "/api/alerts/routes/:route_id",
    {
      config: { access },
      schema: {
        summary: "Delete a route",
        description: "With what was still to be delivered.",
        tags,
        operationId: "deleteAlertRoute",
        params: alertRouteParams,
        response: { 204: NOTHING },
      },
    },
    async ({ params }, reply) => {
      await find(params.route_id);
      await database.alerts.deleteRoute(params.route_id);
      await alerts.reload();
      return reply.code(204).send(null);
    },
  );
  withSchemas(app).post(
    "/api/alerts/routes/:route_id/test",
    {
      config: { access },
      schema: {
        summary: "Send a test along a route, once, and tell what came of it",
        tags,
        operationId: "testAlertRoute",
        params: alertRouteParams,
        response: { 200: alertRouteTest.wireSchema },
      },
    },
    async ({ params }) => {
      await find(params.route_id);
      const begin = performance.now();
      const outcome = (await alerts.testRoute(params.route_id)) ?? {
        isDelivered: false,
        error: "the route is gone",
      };
      return alertRouteTest.toWire({ ...outcome, durationMs: Math.round(performance.now() - begin) });
    },
  );
}

/** A webhook without a secret keeps the one that it has, or gets one. */
function readRoute(routeId: string, wire: Record<string, unknown>, before?: Route) {
  const { receiver, ...rest } = alertRouteInput.fromWire(wire);
  if (receiver.kind === "log") return { route: { routeId, ...rest, receiver } as Route };
  refuseAddress(receiver.url);
  const known = receiver.secret ?? (before?.receiver.kind === "webhook" ? before.receiver.secret : undefined);
  const madeSecret = known === undefined ? randomBytes(32).toString("base64url") : undefined;
  const secret = known ?? madeSecret;
  return { route: { routeId, ...rest, receiver: { ...receiver, secret } } as Route, madeSecret };
}

function toWire({ receiver, ...route }: Route): Record<string, unknown> {
  const shown = receiver.kind === "log" ? receiver : { kind: receiver.kind, url: receiver.url };
  return alertRoute.toWire({ ...route, receiver: shown } as never);
}
