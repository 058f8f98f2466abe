import type { FastifyInstance } from "fastify";

/** A year. */
const HSTS = "max-age=31536000";
/** What a page of this server may never ask the browser for. */
const PERMISSIONS = ["camera", "geolocation", "microphone", "payment", "usb"]
  .map((name) => `${name}=()`)
  .join(", ");

/** Tells browsers what the pages of this server may do, and to keep answers with data nowhere. */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    const { config } = request.routeOptions;
    reply.headers({
      "content-security-policy": policyFor(request.headers.host),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": PERMISSIONS,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    // Elsewhere the name would be bound to TLS that it does not speak.
    if (request.protocol === "https") reply.header("strict-transport-security", HSTS);
    if (config.access !== "public") reply.header("cache-control", "no-store");
  });
}

/** Scripts come from files only; uPlot and the API's page set sizes as inline styles. */
function policyFor(host: string | undefined): string {
  // Older browsers do not count sockets of the same host as its own.
  const sockets = host !== undefined && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : "";
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${sockets}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
