import { type AlertRoute, type AlertRouteTest, alertRoute, alertRouteTest } from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

const ROUTES = "/api/alerts/routes";

/** Where alerts go beside the dashboard; for admins alone. */
export async function listRoutes(signal?: AbortSignal): Promise<AlertRoute[]> {
  const answer = (await request(ROUTES, { signal })) as { routes?: unknown[] };
  return (answer.routes ?? []).map((route) => take(alertRoute.decode(route)));
}

/** Adds a route in its wire form, or changes one; answers the secret if the server made one, which it tells but once. */
export async function saveRoute(
  route: Record<string, unknown>,
  routeId?: string,
): Promise<string | undefined> {
  const saved = await (routeId === undefined
    ? request(ROUTES, { body: route })
    : request(pathOf(routeId), { method: "PUT", body: route }));
  return (saved as { secret?: string }).secret;
}

export async function deleteRoute(routeId: string): Promise<void> {
  await request(pathOf(routeId), { method: "DELETE" });
}

/** Sends a test along a route and tells what came of it. */
export async function testRoute(routeId: string): Promise<AlertRouteTest> {
  return take(alertRouteTest.decode(await request(`${pathOf(routeId)}/test`, { method: "POST" })));
}

function pathOf(routeId: string): string {
  return `${ROUTES}/${encodeURIComponent(routeId)}`;
}
